/** The line (from 1) that a message of `JSON.parse` points at, null where it names no place. */
export function lineOf(text: string, message: string): number | null {
  const named = /line (\d+)/.exec(message)?.[1];
  if (named) return Number(named);
  const position = /position (\d+)/.exec(message)?.[1];
  if (position) return text.slice(0, Number(position)).split("\n").length;
  return /end of JSON/.test(message) ? text.split("\n").length : null;
}
