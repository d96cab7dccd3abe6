import { linesOf } from "./text-lines.ts";

/** Lines of a file as they are, to be read again: `from` to `to`, counted from 1, both included. */
export type Window = { from: number; to: number; text: string };

const around = 4;
const maxLines = 60;

/** Windows around stretches of lines (indexes from 0, `to` excluded); those that touch are one. */
export function windowsAround(text: string, stretches: readonly { from: number; to: number }[]): Window[] {
  const lines = linesOf(text);
  const wanted = stretches
    .map(({ from, to }) => ({ from: Math.max(0, from - around), to: Math.min(lines.length, Math.max(to, from + 1) + around) }))
    .map(({ from, to }) => ({ from, to: Math.min(to, from + maxLines) }))
    .toSorted((a, b) => a.from - b.from);
  const joined: { from: number; to: number }[] = [];
  for (const next of wanted) {
    const last = joined.at(-1);
    if (last && next.from <= last.to) last.to = Math.max(last.to, next.to);
    else joined.push(next);
  }
  return joined.map(({ from, to }) => ({
    from: from + 1,
    to,
    text: lines
      .slice(from, to)
      .map(({ start, textEnd }) => text.slice(start, textEnd))
      .join("\n"),
  }));
}
