import type { Terminal } from "@xterm/xterm";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { TerminalCalls } from "./terminal-calls.ts";
import { TerminalDrawing } from "./terminal-drawing.ts";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("document", { hidden: false });
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

it("acknowledges all that it was given, also what it drew just before the screen came anew", () => {
  let acknowledged = 0;
  const terminal = { write: (_: string, done?: () => void) => done?.(), reset: () => undefined, resize: () => undefined };
  const drawing = new TerminalDrawing({
    terminal: terminal as unknown as Terminal,
    calls: { acknowledge: (chars: number) => void (acknowledged += chars) } as unknown as TerminalCalls,
    ...{ onReplay: () => undefined, onReplayed: () => undefined, onExit: () => undefined, again: () => undefined },
  });
  drawing.take({ type: "data", data: "x".repeat(1000) });
  drawing.take({ type: "replay", data: "x", cols: 80, rows: 24, marks: [] });
  drawing.take({ type: "data", data: "y".repeat(500) });
  vi.runAllTimers();
  expect(acknowledged).toBe(1500);
});
