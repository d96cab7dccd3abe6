export const maxAnswerBytes = 50 * 1024;
export const maxAnswerLines = 2_000;
/** A longer line is told in pieces, each as a line: one of a minified file would take all the room, and couldn't be paged. */
const maxLineChars = 2_000;

/** `skipped`: the lines (from 1, both included) that were left out of the middle. */
export type Bounded = { head: string; tail: string; skipped: { from: number; to: number }; lines: number };

/** A text's lines as answers count them. */
export function answerLines(text: string): string[] {
  return text.split("\n").flatMap((line) => (line.length <= maxLineChars ? [line] : pieces(line)));
}

/** Head and tail of a text that is too long, two thirds of the room for the head; null where it fits. */
export function boundAnswer(text: string, maxBytes = maxAnswerBytes, maxLines = maxAnswerLines): Bounded | null {
  const lines = answerLines(text);
  if (lines.length <= maxLines && Buffer.byteLength(text) <= maxBytes) return null;
  const head = fitting(lines, Math.floor((maxBytes * 2) / 3), Math.floor((maxLines * 2) / 3));
  const rest = lines.slice(head.length).toReversed();
  const tail = fitting(rest, Math.floor(maxBytes / 3), Math.floor(maxLines / 3)).toReversed();
  const skipped = { from: head.length + 1, to: lines.length - tail.length };
  return { head: head.join("\n"), tail: tail.join("\n"), skipped, lines: lines.length };
}

/** The first of the lines that fit. */
export function fitting(lines: readonly string[], maxBytes: number, maxLines: number): string[] {
  let bytes = 0;
  const end = lines.findIndex((line, index) => {
    bytes += Buffer.byteLength(line) + 1;
    return index >= maxLines || bytes > maxBytes;
  });
  return end === -1 ? [...lines] : lines.slice(0, end);
}

function pieces(line: string): string[] {
  return Array.from({ length: Math.ceil(line.length / maxLineChars) }, (_, at) =>
    line.slice(at * maxLineChars, (at + 1) * maxLineChars),
  );
}

/** Of what a page may take; its own header and an answer's other bounds need some room. */
const pageShare = 0.9;

/** So many bytes a page of something longer may have. */
export function pageRoom({ answerBytes = maxAnswerBytes }: { answerBytes?: number }): number {
  return Math.floor(Math.min(maxAnswerBytes, answerBytes) * pageShare);
}
