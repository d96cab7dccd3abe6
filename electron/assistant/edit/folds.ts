/** How much two lines may differ and still be the same line, from the strictest on. */
export const rungs = ["exact", "line-ends", "indentation", "look-alikes"] as const;
export type Rung = (typeof rungs)[number];

const zeroWidth = "\u200b\u200c\u200d\u2060\ufeff\u00ad";
const alike: Readonly<Record<string, string>> = {
  "-": "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d",
  "'": "\u2018\u2019\u201a\u201b\u2032\u02bc\uff07",
  '"': "\u201c\u201d\u201e\u201f\u2033\uff02",
  " ": "\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
};
const plainOf = new Map(
  Object.entries(alike).flatMap(([plain, others]) => Array.from(others).map((other) => [other, plain] as const)),
);
const strange = new RegExp(`[${[...plainOf.keys()].join("")}${zeroWidth}]`);

/** The ASCII character that a model may have written for this one or read it as; "" for one that can't be seen. */
export function plainChar(char: string): string {
  return plainOf.get(char) ?? (zeroWidth.includes(char) ? "" : char);
}

/** A line as a rung compares it. Two that are equal on a rung are equal on every later one. */
export function foldLine(line: string, rung: Rung): string {
  if (rung === "exact") return line;
  if (rung === "line-ends") return line.trimEnd();
  if (rung === "indentation") return line.trim();
  const plain = strange.test(line) ? Array.from(line, plainChar).join("") : line;
  return plain.trim().replace(/[ \t]{2,}|\t/g, " ");
}

/**
 * Where in the line its folded form's character `column` stands; `column` may be the folded length, which is the end
 * of what counts of the line.
 */
export function unfoldColumn(line: string, rung: Rung, column: number): number {
  if (rung === "exact" || rung === "line-ends") return column;
  const lead = line.length - line.trimStart().length;
  if (rung === "indentation") return lead + column;
  let folded = 0;
  let blank = true;
  for (let at = 0; at < line.length; at += 1) {
    const plain = plainChar(line[at] ?? "");
    const isBlank = plain === " " || plain === "\t";
    const counts = plain !== "" && !(isBlank && blank);
    if (counts && folded === column) return at;
    if (counts) folded += 1;
    if (plain !== "") blank = isBlank;
  }
  return line.trimEnd().length;
}
