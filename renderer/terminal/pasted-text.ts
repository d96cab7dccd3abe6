/**
 * What may go into a terminal from outside. Nothing that is pasted or inserted presses Enter by itself: line ends at
 * the end go, and so do control characters, which could end a bracketed paste or steer the program.
 * `lines` over 1 is asked about first.
 */
export type PastedText = { text: string; lines: number };

export function pastedText(raw: string): PastedText {
  const text = raw
    .replaceAll(/\r\n?/g, "\n")
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, "")
    .replace(/[\n\u2028\u2029]+$/, "");
  return { text, lines: text.split("\n").length };
}
