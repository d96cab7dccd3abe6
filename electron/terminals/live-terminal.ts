import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import type { Clock } from "../lib/clock.ts";
import { openPty, type Pty, type PtyExit, type PtyFailure, type PtyOptions } from "./pty.ts";
import { Flow } from "./flow.ts";
import { TerminalReader } from "./readers.ts";
import { Screen } from "./screen.ts";
import { Title } from "./title.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { ProcessIdentity } from "../lib/process-tree.ts";

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
  return opened.ok ? ok(new LiveTerminal({ ...options, pty: opened.value })) : opened;
}

/**
 * One running program with its screen and its readers, from opening until its exit has been told to all of them.
 *
 * Flow: the program is held while the screen is far behind, or while readers have more than `highChars` to draw.
 * With nobody reading it runs on and the screen keeps the tail. A program whose output must come out whole to someone
 * else (`holds: false`) is never held for readers; they skip, and get the screen when they have caught up.
 */
export class LiveTerminal {
  readonly exited: Promise<PtyExit>;
  readonly #deps: LiveOptions & { pty: Pty };
  readonly #readers = new Set<TerminalReader>();
  readonly #screen: Screen;
  readonly #title: Title;
  readonly #flow: Flow;
  #size: { cols: number; rows: number };

  constructor(deps: LiveOptions & { pty: Pty }) {
    const { pty, cols, rows, clock } = deps;
    this.#deps = deps;
    this.#size = { cols, rows };
    this.#title = new Title({ clock, tell: (title) => this.#tellTitle(title) });
    this.#screen = new Screen({ cols, rows, onTitle: (title) => this.#title.set(title) });
    const caughtUp = (): void => this.#screen.snapshot((data) => this.#tell(this.#replay(data)));
    this.#flow = new Flow({ program: pty, holds: deps.holds, caughtUp });
    pty.onData((data) => this.#received(data));
    this.exited = pty.exited.then((exit) => this.#end(exit));
  }

  get identity(): ProcessIdentity {
    return this.#deps.pty.identity;
  }

  size(): { cols: number; rows: number } {
    return this.#size;
  }

  /** First the screen, then what comes, until the exit. `signal` ends it; it takes effect on the first `next`. */
  async *attach(signal: AbortSignal): AsyncGenerator<TerminalOutput, void, undefined> {
    const reader = new TerminalReader();
    this.#readers.add(reader);
    try {
      this.#screen.snapshot((data) => {
        const title = this.#title.text ? [{ type: "title" as const, title: this.#title.text }] : [];
        reader.begin([this.#replay(data), ...title]);
      });
      yield* reader.read(signal);
    } finally {
      this.#readers.delete(reader);
      this.#flow.readersChanged();
    }
  }

  acknowledge(chars: number): void {
    this.#flow.drawn(chars);
  }

  write(data: string): void {
    this.#deps.pty.write(data);
  }

  resize(cols: number, rows: number): void {
    this.#size = { cols, rows };
    this.#deps.pty.resize(cols, rows);
    this.#screen.resize(cols, rows);
  }

  async stop(): Promise<PtyExit> {
    await this.#deps.pty.stop();
    return this.exited;
  }

  isHeld(): boolean {
    return this.#flow.isHeld();
  }

  #received(data: string): void {
    this.#deps.onData?.(data);
    this.#flow.toScreen(data.length);
    this.#screen.write(data, () => this.#flow.onScreen(data.length));
    if (this.#readers.size === 0 || this.#flow.skips()) return;
    this.#flow.toReaders(data.length);
    this.#tell({ type: "data", data });
  }

  #tellTitle(title: string): void {
    this.#deps.onTitle(title);
    this.#tell({ type: "title", title });
  }

  #tell(output: TerminalOutput): void {
    for (const reader of this.#readers) reader.push(output);
  }

  #replay(data: string): TerminalOutput {
    return { type: "replay", data, ...this.#size };
  }

  #end(exit: PtyExit): Promise<PtyExit> {
    return new Promise((resolve) => {
      this.#screen.snapshot(
        (last) => {
          this.#title.end();
          this.#deps.onExit(exit, last);
          if (this.#flow.skips()) this.#tell(this.#replay(last));
          this.#tell({ type: "exit", exitCode: exit.code });
          for (const reader of this.#readers) reader.end();
          this.#screen.dispose();
          resolve(exit);
        },
        { modes: false },
      );
    });
  }
}
