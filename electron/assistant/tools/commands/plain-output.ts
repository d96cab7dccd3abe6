import { stripVTControlCharacters } from "node:util";

/** What would stand on a screen without colours: of a line that was written over, what was written last. */
export function plainOutput(text: string): string {
  return stripVTControlCharacters(text)
    .split("\n")
    .map(lastWritten)
    .join("\n")
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "")
    .trimEnd();
}

/** By index: a pattern for this takes minutes on a line of carriage returns. */
function lastWritten(line: string): string {
  let end = line.length;
  while (end > 0 && line[end - 1] === "\r") end -= 1;
  return line.slice(line.lastIndexOf("\r", end - 1) + 1, end);
}
