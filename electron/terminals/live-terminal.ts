import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import type { TerminalColors } from "../../shared/terminal-colors.ts";
import type { Clock } from "../lib/clock.ts";
import { Audience } from "./audience.ts";
import { openPty, type Pty, type PtyExit, type PtyFailure, type PtyOptions } from "./pty.ts";
import { Flow } from "./flow.ts";
import { PieceCutter, type Piece } from "./pieces.ts";
import type { TerminalReader } from "./readers.ts";
import { Screen, type Shown } from "./screen.ts";
import { ScreenFeed } from "./screen-feed.ts";
import { signalOfInput, type TerminalSignal } from "./signals.ts";
import { Title } from "./title.ts";
import { WindowSizes, type Size } from "./window-sizes.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { ProcessIdentity } from "../lib/process-tree.ts";

export type LiveOptions = PtyOptions & {
  holds: boolean;
  /** What is on the screen before the program says anything, as from `onExit`. */
  before?: string;
  onData?: (data: string) => void;
  clock: Clock;
  /** Of the window that was used last. */
  colors: () => TerminalColors;
  onSize: (size: Size) => void;
  /** Each title, notification and bell as it is drawn, and what is typed or looked at. */
  onSignal?: (signal: TerminalSignal) => void;
  /** Told of a title that is set in a loop now and then. */
  onTitle(title: string): void;
  /** Called once with the last screen, without modes, before readers hear of the exit; says whether they do. */
  onExit(exit: PtyExit, screen: string): boolean;
};

export function openLiveTerminal(options: LiveOptions): Result<LiveTerminal, PtyFailure> {
  const opened = openPty(options);
  return opened.ok ? ok(new LiveTerminal({ ...options, pty: opened.value })) : opened;
}

/**
 * One running program with its screen and its readers, from opening until its exit has been told to all of them.
 *
 * Flow: the program is held while the screen is far behind, or while a reader has more than `highChars` to draw, unless
 * that one sleeps. With nobody reading it runs on and the screen keeps the tail. A program whose output must come out
 * whole to someone else (`holds: false`) is never held for readers. Who isn't waited for skips, and gets the screen when
 * it has caught up.
 */
export class LiveTerminal {
  readonly exited: Promise<PtyExit>;
  readonly #deps: LiveOptions & { pty: Pty };
  readonly #audience: Audience;
  readonly #sizes = new WindowSizes();
  readonly #screen: Screen;
  readonly #feed: ScreenFeed;
  readonly #cutter: PieceCutter;
  readonly #title: Title;
  readonly #flow: Flow<TerminalReader>;
  #size: Size;

  constructor(deps: LiveOptions & { pty: Pty }) {
    const { pty, cols, rows, clock, colors, holds } = deps;
    this.#deps = deps;
    this.#size = { cols, rows };
    this.#title = new Title({ clock, tell: (title) => this.#tellTitle(title) });
    const onAnswer = (answer: string): void => pty.write(answer);
    const onSignal = (signal: TerminalSignal): void => deps.onSignal?.(signal);
    this.#screen = new Screen({ cols, rows, colors, onAnswer, onSignal, onTitle: (title) => this.#title.set(title) });
    const caughtUp = (reader: TerminalReader): void => this.#snapshot((shown) => reader.push(this.#replay(shown)));
    this.#flow = new Flow({ program: pty, holds, clock, caughtUp });
    this.#cutter = new PieceCutter(rows);
    this.#feed = new ScreenFeed({
      write: (data, parsed) => this.#screen.write(data, parsed),
      onBehind: (chars) => this.#flow.screenBehind(chars),
    });
    this.#audience = new Audience({ flow: this.#flow });
    if (deps.before !== undefined) this.#screen.write(deps.before, () => {});
    pty.onData((data) => this.#received(data));
    this.exited = pty.exited.then((exit) => this.#end(exit));
  }

  get identity(): ProcessIdentity {
    return this.#deps.pty.identity;
  }

  size(): Size {
    return this.#size;
  }

  /**
   * First the screen, then what comes, until the exit. `signal` ends it; it takes effect on the first `next`. The reader
   * is known by its ticket from then on.
   */
  async *attach(ticket: string, signal: AbortSignal): AsyncGenerator<TerminalOutput, void, undefined> {
    const reader = this.#audience.join(ticket);
    try {
      this.#snapshot((shown) => {
        const title = this.#title.text ? [{ type: "title" as const, title: this.#title.text }] : [];
        reader.begin([this.#replay(shown), ...title]);
      });
      yield* reader.read(signal);
    } finally {
      this.#audience.leave(ticket);
      this.#sizes.leave(ticket);
      this.#followSizes();
    }
  }

  acknowledge(ticket: string, chars: number): void {
    this.#audience.acknowledge(ticket, chars);
  }

  /** With a ticket it's typed in that window, which is then the one in use. */
  write(data: string, ticket?: string): void {
    if (ticket !== undefined) {
      this.#sizes.use(ticket);
      this.#followSizes();
    }
    const signal = this.#deps.onSignal && signalOfInput(data);
    if (signal) this.#deps.onSignal?.(signal);
    this.#deps.pty.write(data);
  }

  resize(size: Size): void {
    const { cols, rows } = size;
    if (cols === this.#size.cols && rows === this.#size.rows) return;
    this.#size = size;
    this.#deps.pty.resize(cols, rows);
    this.#feed.now();
    this.#screen.resize(cols, rows);
    this.#cutter.resized(rows);
    this.#audience.tell({ type: "size", ...size });
    this.#deps.onSize(size);
  }

  /** The size of one window; the program takes it if that is the window in use. A window that has gone has none. */
  resizeWindow(ticket: string, size: Size, used: boolean): void {
    if (!this.#audience.has(ticket)) return;
    this.#sizes.set(ticket, size, used);
    this.#followSizes();
    if (used) this.#deps.onSignal?.({ kind: "seen" });
  }

  async stop(): Promise<PtyExit> {
    await this.#deps.pty.stop();
    return this.exited;
  }

  /** What it shows now, as `onExit` has it. */
  kept(take: (screen: string) => void): void {
    this.#snapshot(({ data }) => take(data), { modes: false });
  }

  #followSizes(): void {
    const size = this.#sizes.current();
    if (size) this.resize(size);
  }

  #received(data: string): void {
    this.#deps.onData?.(data);
    for (const piece of this.#cutter.cut(data)) this.#give(piece);
  }

  #give(piece: Piece): void {
    this.#feed.push(piece);
    this.#audience.data(piece);
  }

  #snapshot(take: (shown: Shown) => void, how?: { modes: boolean }): void {
    this.#feed.now();
    this.#screen.snapshot(take, how);
  }

  #tellTitle(title: string): void {
    this.#deps.onTitle(title);
    this.#audience.tell({ type: "title", title });
  }

  #replay(shown: Shown): TerminalOutput {
    return { type: "replay", ...shown, ...this.#size };
  }

  #end(exit: PtyExit): Promise<PtyExit> {
    for (const piece of this.#cutter.rest()) this.#give(piece);
    return new Promise((resolve) => {
      this.#snapshot(
        (last) => {
          this.#title.end();
          if (this.#deps.onExit(exit, last.data)) this.#audience.end(exit.code, this.#replay(last));
          else this.#audience.part();
          this.#flow.end();
          this.#feed.end();
          this.#screen.dispose();
          resolve(exit);
        },
        { modes: false },
      );
    });
  }
}
