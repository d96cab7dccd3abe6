const sequence = new RegExp(String.raw`\x1b\[([\d;:]*)m`, "y");

/** Colours that replace the one before, by what they paint. */
const paints = [
  [/^(?:3[0-7]|39|9[0-7]|38[;:]5[;:]\d+|38[;:]2(?:[;:]\d+){3})$/, "text"],
  [/^(?:4[0-7]|49|10[0-7]|48[;:]5[;:]\d+|48[;:]2(?:[;:]\d+){3})$/, "ground"],
] as const;

/**
 * What of a text's colours and styles (SGR, ECMA-48 8.3.117) still counts at its end, as sequences: those since the last
 * reset, without the colours that others replaced. A plain text's pen, written alone, leaves a terminal with the same pen.
 */
export function penOf(text: string): string {
  const painted = new Set<string>();
  let pen = "";
  let at = text.lastIndexOf("\u001b[");
  while (at !== -1) {
    sequence.lastIndex = at;
    const [found, params = ""] = sequence.exec(text) ?? [];
    if (found !== undefined) {
      const what = paints.find(([pattern]) => pattern.test(params))?.[1];
      if (what === undefined || !painted.has(what)) pen = found + pen;
      if (what !== undefined) painted.add(what);
      if (/^0*(?:[;:]|$)/.test(params)) break;
    }
    at = at === 0 ? -1 : text.lastIndexOf("\u001b[", at - 1);
  }
  return pen;
}
