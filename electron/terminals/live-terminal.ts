import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import type { Clock } from "../lib/clock.ts";
import { openPty, type Pty, type PtyExit, type PtyFailure, type PtyOptions } from "./pty.ts";
import { createReader, type Reader } from "./readers.ts";
import { createScreen } from "./screen.ts";
import { Title } from "./title.ts";
import type { Result } from "../../shared/result.ts";
import type { ProcessIdentity } from "../lib/process-tree.ts";

/**
 * One running program with its screen and its readers, from opening until its exit has been told to all of them.
 *
 * Flow: the program is held while the screen is far behind, or while readers have more than `highChars` to draw.
 * With nobody reading it runs on and the screen keeps the tail. A program whose output must come out whole to someone
 * else (`holds: false`) is never held for readers; they skip, and get the screen when they have caught up.
 */
export const highChars = 100_000;
export const lowChars = 5_000;
/** Characters that the screen may be behind; its parser takes some MB a second. */
const screenHighChars = 1_000_000;

export type LiveTerminal = {
  readonly identity: ProcessIdentity;
  readonly exited: Promise<PtyExit>;
  size(): { cols: number; rows: number };
  /** First the screen, then what comes, until the exit. `signal` ends it; it takes effect on the first `next`. */
  attach(signal: AbortSignal): AsyncGenerator<TerminalOutput, void, undefined>;
  acknowledge(chars: number): void;
  write(data: string): void;
  resize(cols: number, rows: number): void;
  stop(): Promise<PtyExit>;
  isHeld(): boolean;
};

export type LiveOptions = PtyOptions & {
  holds: boolean;
  onData?: (data: string) => void;
  clock: Clock;
  /** Told of a title that is set in a loop now and then. */
  onTitle(title: string): void;
  /** Called once with the last screen, without modes, before readers hear of the exit. */
  onExit(exit: PtyExit, screen: string): void;
};

export function openLiveTerminal(options: LiveOptions): Result<LiveTerminal, PtyFailure> {
  const opened = openPty(options);
  return opened.ok ? { ok: true, value: runTerminal(opened.value, options) } : opened;
}

function runTerminal(pty: Pty, options: LiveOptions): LiveTerminal {
  let { cols, rows } = options;
  const readers = new Set<Reader>();
  const screen = createScreen({
    cols,
    rows,
    onTitle: (next) => title.set(next),
  });
  const title = new Title({
    clock: options.clock,
    tell(text) {
      options.onTitle(text);
      for (const reader of readers) reader.push({ type: "title", title: text });
    },
  });
  const replay = (data: string): TerminalOutput => ({ type: "replay", data, cols, rows });
  const flow = createFlow(pty, options.holds, () =>
    screen.snapshot((data) => {
      for (const reader of readers) reader.push(replay(data));
    }),
  );

  pty.onData((data) => {
    options.onData?.(data);
    flow.toScreen(data.length);
    screen.write(data, () => flow.onScreen(data.length));
    if (readers.size === 0 || flow.skips()) return;
    flow.toReaders(data.length);
    for (const reader of readers) reader.push({ type: "data", data });
  });

  const exited = pty.exited.then(
    (exit) =>
      new Promise<PtyExit>((resolve) => {
        screen.snapshot(
          (last) => {
            title.end();
            options.onExit(exit, last);
            for (const reader of readers) {
              if (flow.skips()) reader.push(replay(last));
              reader.push({ type: "exit", exitCode: exit.code });
              reader.end();
            }
            screen.dispose();
            resolve(exit);
          },
          { modes: false },
        );
      }),
  );

  return {
    identity: pty.identity,
    exited,
    size: () => ({ cols, rows }),
    async *attach(signal) {
      const reader = createReader();
      readers.add(reader);
      try {
        screen.snapshot((data) =>
          reader.begin([replay(data), ...(title.text ? [{ type: "title" as const, title: title.text }] : [])]),
        );
        yield* reader.read(signal);
      } finally {
        readers.delete(reader);
        flow.readersChanged();
      }
    },
    acknowledge: (chars) => flow.drawn(chars),
    write: (data) => pty.write(data),
    resize(nextCols, nextRows) {
      cols = nextCols;
      rows = nextRows;
      pty.resize(cols, rows);
      screen.resize(cols, rows);
    },
    stop: () => pty.stop().then(() => exited),
    isHeld: () => flow.isHeld(),
  };
}

function createFlow(pty: Pty, holds: boolean, caughtUp: () => void) {
  let unparsed = 0;
  let undrawn = 0;
  let slow = false;
  let behind = false;
  let held = false;

  function update(): void {
    if (undrawn > highChars) slow = true;
    else if (slow && undrawn < lowChars) {
      slow = false;
      if (!holds) caughtUp();
    }
    if (unparsed > screenHighChars) behind = true;
    else if (unparsed < screenHighChars / 2) behind = false;
    const hold = behind || (slow && holds);
    if (hold === held) return;
    held = hold;
    if (hold) pty.pause();
    else pty.resume();
  }
  return {
    toScreen(chars: number): void {
      unparsed += chars;
      update();
    },
    onScreen(chars: number): void {
      unparsed -= chars;
      update();
    },
    toReaders(chars: number): void {
      undrawn += chars;
      update();
    },
    drawn(chars: number): void {
      undrawn = Math.max(0, undrawn - chars);
      update();
    },
    /** The share of one that left is not known; those who stay have at most as much again to draw. */
    readersChanged(): void {
      undrawn = 0;
      update();
    },
    skips: () => slow && !holds,
    isHeld: () => held,
  };
}
