import { stripVTControlCharacters } from "node:util";

/** What would stand on a screen without colours: of a line that was written over, what was written last. */
export function plainOutput(text: string): string {
  return stripVTControlCharacters(text)
    .split("\n")
    .map((line) => line.replace(/\r+$/, "").replace(/^.*\r/, ""))
    .join("\n")
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, "")
    .trimEnd();
}
