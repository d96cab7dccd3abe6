import type { Random } from "./random.ts";

/** One thing that an edit does, by the file's lines (indexes from 0). What is put in is indented like the line before it. */
export type Op =
  | { kind: "change"; line: number; from: string; to: string }
  | { kind: "insert"; line: number; words: string }
  | { kind: "delete"; line: number };

/** A line as a model sees it; `line` is the file's line that it is a view of, null for one that only the model sees. */
export type ViewLine = { text: string; line: number | null };

/** A piece of a file and what is to become of it. */
export type Region = { from: number; to: number; ops: Op[] };

export function indentOf(line: string): string {
  return /^[ \t]*/.exec(line)?.[0] ?? "";
}

/** Carries the ops out on lines, whoever's view they are. */
export function edited(view: readonly ViewLine[], ops: readonly Op[]): ViewLine[] {
  return view.flatMap((each) => {
    const own = ops.filter((op) => op.line === each.line);
    if (own.some(({ kind }) => kind === "delete")) return [];
    const change = own.find((op) => op.kind === "change");
    const text = change ? each.text.replace(change.from, () => change.to) : each.text;
    const added = own.flatMap((op) => (op.kind === "insert" ? [{ text: indentOf(text) + op.words, line: null }] : []));
    return [{ ...each, text }, ...added];
  });
}

const wordIn = /[A-Za-z][A-Za-z0-9_]{3,}/g;

/** A region of `length` lines that stands once in the file, with one or two things to do inside it; null where chance found none. */
export function chooseRegion(lines: readonly string[], length: number, random: Random): Region | null {
  if (lines.length < length + 4) return null;
  const from = random.below(lines.length - length);
  const to = from + length;
  const inside = lines.slice(from, to);
  if (inside.some((line) => line.length > 300 || /[^\x20-\x7e\t]/.test(line)) || !once(lines, inside)) return null;
  if (inside[0]?.trim() === "" || inside.at(-1)?.trim() === "") return null;
  const inner = Array.from({ length: length - 2 }, (_, at) => from + 1 + at).filter(
    (line) => wordsOf(lines[line] ?? "").length > 0,
  );
  if (inside.filter((line) => line.trim().length > 3).length < Math.min(4, length) || inner.length === 0) return null;
  const first = opAt(lines, random.pick(inner), random);
  const second = random.below(3) === 0 ? opAt(lines, random.pick(inner), random) : null;
  const ops = second && second.line !== first.line ? [first, second] : [first];
  return { from, to, ops };
}

function opAt(lines: readonly string[], line: number, random: Random): Op {
  const word = random.pick(wordsOf(lines[line] ?? ""));
  const kind = random.below(10);
  if (kind < 6) return { kind: "change", line, from: word, to: `${word}Changed` };
  if (kind < 9) return { kind: "insert", line, words: `added ${word} ${random.below(1_000)}` };
  return { kind: "delete", line };
}

export function wordsOf(line: string): string[] {
  return line.match(wordIn) ?? [];
}

function once(lines: readonly string[], wanted: readonly string[]): boolean {
  let found = 0;
  for (let at = 0; at + wanted.length <= lines.length; at += 1) {
    if (wanted.every((line, index) => lines[at + index] === line)) found += 1;
  }
  return found === 1;
}
