import { foldLine } from "./folds.ts";

/** What a model may have meant by what it sent: the pair of old and new text, taken out of a wrapping. */
export type Pair = { oldText: string; newText: string };

/**
 * The ways to read what a model sent, the plainest first. A wrapping is taken off the new text only where the old text
 * has it throughout, so that nothing of the file's own is ever unwrapped.
 */
export function readingsOf(pair: Pair): Pair[] {
  const all = [pair, withoutOuterBlanks(pair), withoutFence(pair), withoutNumbers(pair)];
  const unescaped = [unescapedQuotes(pair), unescapedString(pair), unescapedMarkup(pair)];
  const seen = new Set<string>();
  return [...all, ...unescaped].filter((reading) => {
    if (reading === null || reading.oldText.trim() === "" || seen.has(reading.oldText)) return false;
    seen.add(reading.oldText);
    return true;
  }) as Pair[];
}

/** Blank lines around the old text that the file may not have there; as many go from around the new text. */
export function withoutOuterBlanks({ oldText, newText }: Pair): Pair {
  const lead = /^(?:[ \t]*\r?\n)*/.exec(oldText)?.[0] ?? "";
  const tail = /(?:\r?\n[ \t]*)*$/.exec(oldText.slice(lead.length))?.[0] ?? "";
  const start = newText.startsWith(lead) ? lead.length : 0;
  const inner = newText.slice(start);
  const newTail = /(?:\r?\n[ \t]*)*$/.exec(inner)?.[0] ?? "";
  return {
    oldText: oldText.slice(lead.length, oldText.length - tail.length),
    newText: inner.slice(0, inner.length - Math.min(newTail.length, tail.length)),
  };
}

function withoutFence({ oldText, newText }: Pair): Pair | null {
  const fence = /^\s*```[^\n]*\n([^]*?)\n[ \t]*```\s*$/;
  const [from, to] = [fence.exec(oldText)?.[1], fence.exec(newText)?.[1]];
  return from === undefined ? null : { oldText: from, newText: to ?? newText };
}

/** Line numbers as a file is shown with them: `12| text`, `12: text`, `12→text` or a tab. */
function withoutNumbers({ oldText, newText }: Pair): Pair | null {
  const number = /^ *\d+(?:[|:→] ?|\t)/;
  const lines = oldText.split("\n").filter((line) => line.trim() !== "");
  const numbers = lines.map((line) => Number.parseInt(number.exec(line)?.[0] ?? "", 10));
  if (lines.length === 0 || numbers.some((value, at) => Number.isNaN(value) || (at > 0 && value <= (numbers[at - 1] ?? 0)))) {
    return null;
  }
  const bare = (text: string): string =>
    text
      .split("\n")
      .map((line) => line.replace(number, ""))
      .join("\n");
  return { oldText: bare(oldText), newText: bare(newText) };
}

/** Quotes escaped as in a JSON string, the rest not. */
function unescapedQuotes({ oldText, newText }: Pair): Pair | null {
  if (!/\\["']/.test(oldText)) return null;
  const bare = (text: string): string => text.replace(/\\(["'])/g, "$1");
  return { oldText: bare(oldText), newText: bare(newText) };
}

/** The whole of it escaped as in a JSON string, once too often. */
function unescapedString({ oldText, newText }: Pair): Pair | null {
  if (!/\\[ntr"\\]/.test(oldText)) return null;
  const chars: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r" };
  const bare = (text: string): string => text.replace(/\\([ntr"'\\/])/g, (_, char: string) => chars[char] ?? char);
  return { oldText: bare(oldText), newText: bare(newText) };
}

function unescapedMarkup({ oldText, newText }: Pair): Pair | null {
  const entity = /&(lt|gt|amp|quot|#39|apos);/g;
  if (!entity.test(oldText)) return null;
  const chars: Readonly<Record<string, string>> = { lt: "<", gt: ">", amp: "&", quot: '"', "#39": "'", apos: "'" };
  const bare = (text: string): string => text.replace(entity, (_, name: string) => chars[name] ?? "");
  return { oldText: bare(oldText), newText: bare(newText) };
}

const elision =
  /^\s*(?:\/\/|\/\*|#|--|<!--|\{\/\*)?\s*(?:\.\.\.|…).*\b(?:existing|rest|unchanged|remaining|previous|same|omitted)\b/i;

/** A line of the new text that only stands for code that the model left out: written to a file, it would replace that code. */
export function elidedLine({ oldText, newText }: Pair): string | null {
  const known = new Set(oldText.split("\n").map((line) => foldLine(line, "look-alikes")));
  return newText.split("\n").find((line) => elision.test(line) && !known.has(foldLine(line, "look-alikes"))) ?? null;
}
