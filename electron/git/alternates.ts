/** In git's list of alternates a line that begins with `"` is C-quoted, one that begins with `#` is a comment. */
export function alternatesLine(folder: string): string {
  const quoted = `"${folder.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
  return `${/[\n"#\\]/.test(folder) ? quoted : folder}\n`;
}
