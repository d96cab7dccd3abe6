/** A text's beginning and end, with a note of how much is left out between; as it is where it is short enough. */
export function clip(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const note = `\n[${text.length - maxChars} characters are left out here]\n`;
  const head = Math.ceil(maxChars * 0.6);
  return text.slice(0, head) + note + text.slice(text.length - (maxChars - head));
}
