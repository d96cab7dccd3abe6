/** A part of a Markdown file, named after its heading. */
export type Section = { name: string; text: string };

/** The `##` sections of a Markdown file, each with what is below its heading. What stands in a code block is no heading. */
export function sectionsOf(text: string): Section[] {
  const found: { name: string; lines: string[] }[] = [];
  let fence: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const [, mark = null, info = ""] = /^ {0,3}(```+|~~~+)(.*)$/.exec(line) ?? [];
    if (mark !== null && fence === null) fence = mark;
    // What ends one has no words beside it.
    else if (mark !== null && fence !== null && mark.startsWith(fence) && info.trim() === "") fence = null;
    const heading = fence === null ? headingOf(line) : null;
    if (heading === null) found.at(-1)?.lines.push(line);
    else found.push({ name: nameOf(heading), lines: [] });
  }
  return found.map(({ name, lines }) => ({ name, text: lines.join("\n").replace(/^\n+/, "") }));
}

/** Of the second level, without the marks that may close it: blanks and then `#`s. By hand, as a pattern may take for ever. */
function headingOf(line: string): string | null {
  if (!line.startsWith("## ") && !line.startsWith("##\t")) return null;
  const words = line.slice(3).trim();
  let end = words.length;
  while (words[end - 1] === "#") end -= 1;
  const isClosed = end < words.length && (end === 0 || words[end - 1] === " " || words[end - 1] === "\t");
  const heading = (isClosed ? words.slice(0, end) : words).trim();
  return heading === "" ? null : heading;
}

/** As a prompt can ask for it: in one word. */
function nameOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_.:]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
}
