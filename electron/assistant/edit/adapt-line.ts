import { plainChar } from "./folds.ts";
import type { Placement } from "./carry-over.ts";
import { indentMap, indentOf } from "./indents.ts";

/** Writes a line of the model's as the file would have it, beside the old line `near`. */
export type Adapt = (line: string, near: number) => string;

/** From where the old lines stand in the file: how the file indents and writes what the model puts beside them. */
export function adapter(before: readonly string[], { text, lines, at }: Placement): Adapt {
  const pairs = before.flatMap((theirs, index) => {
    const segment = at[index];
    if (!segment || theirs.trim() === "" || lines[segment.line]?.start !== segment.start) return [];
    return [{ index, theirs: indentOf(theirs), ours: indentOf(text.slice(segment.start, segment.textEnd)) }];
  });
  const indents = indentMap(pairs);
  const chars = charMap(before, { text, lines, at });
  return (line, near) => {
    const indent = indentOf(line);
    // A model that indents two depths alike means the one of the lines beside it.
    const alike = pairs.filter(({ theirs }) => theirs === indent);
    const beside = alike.find(({ index }) => index === near - 1) ?? alike.find(({ index }) => index === near);
    const rest = line.slice(indent.length);
    if (rest === "") return line;
    return (
      (beside?.ours ?? indents(indent)) + (chars.size === 0 ? rest : Array.from(rest, (char) => chars.get(char) ?? char).join(""))
    );
  };
}

/** Typographic characters that the model wrote where the file has plain ones. */
function charMap(before: readonly string[], { text, at }: Placement): Map<string, string> {
  const found = new Map<string, string>();
  before.forEach((line, index) => {
    const segment = at[index];
    if (!segment) return;
    const theirs = Array.from(line.trim());
    const ours = Array.from(text.slice(segment.start, segment.textEnd).trim());
    if (theirs.length !== ours.length) return;
    theirs.forEach((char, column) => {
      if (char !== plainChar(char) && ours[column] === plainChar(char)) found.set(char, plainChar(char));
    });
  });
  return found;
}
