/** A part of a Markdown file, named after its heading. */
export type Section = { name: string; text: string };

/** The `##` sections of a Markdown file, each with what is below its heading. What stands in a code block is no heading. */
export function sectionsOf(text: string): Section[] {
  const found: { name: string; lines: string[] }[] = [];
  let fence: string | null = null;
  for (const line of text.split(/\r?\n/)) {
    const mark = /^ {0,3}(```+|~~~+)/.exec(line)?.[1] ?? null;
    if (mark !== null && fence === null) fence = mark;
    else if (mark !== null && fence !== null && mark.startsWith(fence)) fence = null;
    const heading = fence === null ? /^##[^\S\n]+(.+?)[^\S\n]*#*$/.exec(line)?.[1] : undefined;
    if (heading === undefined) found.at(-1)?.lines.push(line);
    else found.push({ name: nameOf(heading), lines: [] });
  }
  return found.map(({ name, lines }) => ({ name, text: lines.join("\n").replace(/^\n+/, "") }));
}

/** As a prompt can ask for it: in one word. */
function nameOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}_.:]+/gu, "-")
    .replaceAll(/^-+|-+$/g, "");
}
