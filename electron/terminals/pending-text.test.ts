import { SerializeAddon } from "@xterm/addon-serialize";
import headless from "@xterm/headless";
import { describe, expect, it } from "vitest";
import { PendingText, scrollbackLines } from "./pending-text.ts";
import { PieceCutter } from "./pieces.ts";

const cols = 60;
const rows = 20;

function drawn(pieces: readonly string[]): Promise<string> {
  const terminal = new headless.Terminal({ cols, rows, scrollback: scrollbackLines, allowProposedApi: true });
  const serializer = new SerializeAddon();
  terminal.loadAddon(serializer as never);
  for (const piece of pieces) terminal.write(piece);
  return new Promise((resolve) =>
    terminal.write("", () => {
      resolve(serializer.serialize());
      terminal.dispose();
    }),
  );
}

/** Cut as a program's output comes, in reads of uneven size, some taken now and then and the rest in the end. */
function throughPending(text: string, seed: number): string[] {
  const random = randomOf(seed);
  const cutter = new PieceCutter(rows);
  const pending = new PendingText();
  const taken: string[] = [];
  for (let at = 0; at < text.length;) {
    const size = 1 + Math.floor(random() * 6_000);
    for (const piece of cutter.cut(text.slice(at, at + size))) pending.push(piece);
    at += size;
    if (random() < 0.003) taken.push(pending.take(40_000));
  }
  for (const piece of cutter.rest()) pending.push(piece);
  while (pending.chars > 0) taken.push(pending.take(100_000));
  return taken;
}

function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

const colors = [
  "\u001b[31m",
  "\u001b[0m",
  "\u001b[m",
  "\u001b[38;5;201m",
  "\u001b[1m",
  "\u001b[44m",
  "\u001b[39;49m",
  "\u001b[0;32m",
  ...["\u001b[9C", "\u001b[3G", "\u001b[2X", "\u001b[2P", "\u001b[3@"],
  "\u001b[K",
];
function flood(lines: number, random: () => number): string {
  let text = "";
  for (let line = 0; line < lines; line += 1) {
    if (random() < 0.5) text += colors[Math.floor(random() * colors.length)];
    text += `${line}\t${"日x".repeat(random() * 12)}`;
    if (random() < 0.1) text += "\rover";
    if (random() < 0.3) text += colors[Math.floor(random() * colors.length)];
    text += random() < 0.02 ? "\n" : "\r\n";
  }
  return text;
}

const between: Record<string, string> = {
  nothing: "",
  "a title": "\u001b]0;title\u0007",
  "a title that never ends": "\u001b]0;title",
  "a title that ends late": "\u001b]0;title\r\nmore\r\nmore\u0007",
  margins: "\u001b[3;9r",
  "margins and back": "\u001b[3;9rsome\r\n\u001b[1;20r",
  "another screen": "\u001b[?1049h",
  "another screen with margins, and back": "\u001b[?1049h\u001b[3;9rsome\u001b[?1049l",
  "a broken sequence": "\u001b[3\n;9r",
  "an 8-bit sequence": "\u009b3;9r",
  "a device's string": "\u001bPq\u001b\\",
  "a lone escape": "\u001b",
  "line drawing": "\u000e",
};

describe("output that nobody would see", () => {
  it.each(Object.entries(between))("is left out of a flood around %s, and the terminal is the same", async (_, odd) => {
    const random = randomOf(1);
    const text = `${flood(2_000, random)}${odd}${flood(9_000, random)}end`;
    const taken = throughPending(text, 1);
    expect(await drawn(taken)).toBe(await drawn([text]));
    if (odd === "") expect(taken.join("").length).toBeLessThan(text.length * 0.7);
  });

  it("keeps the colour that was never reset", async () => {
    const text = `\u001b[0;1;35m${"line\r\n".repeat(20_000)}end`;
    const taken = throughPending(text, 3);
    expect(taken.join("").length).toBeLessThan(text.length / 2);
    expect(await drawn(taken)).toBe(await drawn([text]));
  });
});
