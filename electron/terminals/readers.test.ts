import { expect, it } from "vitest";
import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { PieceCutter } from "./pieces.ts";
import { TerminalReader, windowChars } from "./readers.ts";

function bench() {
  const reader = new TerminalReader();
  const cutter = new PieceCutter(24);
  const given: TerminalOutput[] = [];
  const read = (async () => {
    for await (const output of reader.read(new AbortController().signal)) given.push(output);
  })();
  const pieces = (text: string): void => cutter.cut(text).forEach((piece) => reader.data(piece));
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  const chars = (): number => given.reduce((sum, output) => sum + (output.type === "data" ? output.data.length : 0), 0);
  return { reader, given, read, pieces, settle, chars };
}

const flood = Array.from({ length: 80 }, (_, at) => `${`line ${at}\r\n`.repeat(100)}`);

it("R101 gives what is left out of anyway when it is told, not as fast as it is drawn", async () => {
  const { reader, pieces, settle, chars } = bench();
  reader.begin([]);
  for (const part of flood) pieces(part);
  reader.wake();
  await settle();
  const first = chars();
  expect(first).toBeGreaterThan(0);
  for (const part of flood) pieces(part);
  reader.drawn(first);
  await settle();
  expect(chars()).toBe(first);
  reader.wake();
  await settle();
  expect(chars()).toBeGreaterThan(first);
});

it("has no more under way than a window holds, and gives the rest once no more can come", async () => {
  const { reader, given, read, pieces, settle, chars } = bench();
  reader.begin([]);
  for (let part = 0; part < 300; part += 1) pieces(`\u001b[s${"x".repeat(3_000)}`);
  reader.wake();
  await settle();
  expect(chars()).toBeLessThanOrEqual(windowChars);
  expect(chars()).toBeGreaterThan(windowChars - 10_000);
  reader.push({ type: "exit", exitCode: 0 });
  reader.end();
  await read;
  expect(chars()).toBe(300 * 3_003);
  expect(given.at(-1)).toEqual({ type: "exit", exitCode: 0 });
});
