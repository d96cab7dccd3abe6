/** What opens a fence: its mark and its language. */
export function openingFence(line: string): { mark: string; lang: string } | null {
  const opened = /^ {0,3}(`{3,}(?=[^`]*$)|~{3,})\s*([^\s`]*)/.exec(line);
  return opened ? { mark: opened[1] ?? "```", lang: opened[2] ?? "" } : null;
}

export function closesFence(line: string, mark: string): boolean {
  const close = /^ {0,3}(`{3,}|~{3,})\s*$/.exec(line)?.[1];
  return close !== undefined && close[0] === mark[0] && close.length >= mark.length;
}

/** The code of a block that is one unindented fence and nothing else; null of any other. */
export function fenceOf(block: string): { code: string; lang: string } | null {
  const first = block.indexOf("\n");
  const opened = block.startsWith(" ") ? null : openingFence(first === -1 ? block : block.slice(0, first));
  if (!opened) return null;
  const { mark, lang } = opened;
  const body = first === -1 ? "" : block.slice(first + 1);
  const end = new RegExp(`^ {0,3}${mark[0]}{${mark.length},}[ \\t]*$`, "m").exec(body);
  if (!end) return { code: body.replace(/\n$/, ""), lang };
  if (body.slice(end.index + end[0].length).trim() !== "") return null;
  return { code: body.slice(0, Math.max(0, end.index - 1)), lang };
}
