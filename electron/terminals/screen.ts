import { createRequire } from "node:module";
import type { SerializeAddon as Serializer } from "@xterm/addon-serialize";
import type { UnicodeGraphemesAddon as Graphemes } from "@xterm/addon-unicode-graphemes";
import headless from "@xterm/headless";
import type { TerminalColors } from "../../shared/terminal-colors.ts";
import { CommandMarks, type CommandMark } from "../../shared/command-marks.ts";
import { measureAlike } from "../../shared/terminal-widths.ts";
import { colorAnswer } from "./color-answers.ts";
import { scrollbackLines } from "./pending-text.ts";
import { plainTitle } from "./plain-title.ts";
import { signalOfOsc, signalOscs, type TerminalSignal } from "./signals.ts";

// CommonJS whose names Node can't see, beside a module build that Node doesn't take.
const { SerializeAddon } = createRequire(import.meta.url)("@xterm/addon-serialize") as { SerializeAddon: new () => Serializer };
const { UnicodeGraphemesAddon } = createRequire(import.meta.url)("@xterm/addon-unicode-graphemes") as {
  UnicodeGraphemesAddon: new () => Graphemes;
};

/** A screen that is stored has no more characters than this, but for the part that is seen without scrolling. */
const keptChars = 600_000;

type ScreenDeps = {
  cols: number;
  rows: number;
  onTitle: (title: string) => void;
  /** Titles among them, each. */
  onSignal: (signal: TerminalSignal) => void;
  /** What the program is told when it asks the terminal something. */
  onAnswer: (answer: string) => void;
  colors: () => TerminalColors;
};

/** Screen and scrollback as escape sequences, and where commands stand among its lines. */
export type Shown = { data: string; marks: CommandMark[] };

/**
 * What a terminal shows, kept without a window: screen, scrollback, modes and title. It alone answers what a program
 * asks a terminal, once, whoever looks; windows don't. Nothing of that comes out of a replay, which is made anew from
 * cells. Lives from opening until `dispose`.
 */
export class Screen {
  readonly #terminal: InstanceType<typeof headless.Terminal>;
  readonly #serializer = new SerializeAddon();
  readonly #marks: CommandMarks<headless.IMarker>;
  #disposed = false;

  constructor({ cols, rows, onTitle, onSignal, onAnswer, colors }: ScreenDeps) {
    this.#terminal = new headless.Terminal({ cols, rows, scrollback: scrollbackLines, allowProposedApi: true });
    this.#terminal.loadAddon(this.#serializer);
    measureAlike(this.#terminal.unicode, new UnicodeGraphemesAddon());
    this.#terminal.onTitleChange((title) => {
      const text = plainTitle(title);
      onTitle(text);
      onSignal({ kind: "title", text });
    });
    this.#terminal.onBell(() => onSignal({ kind: "bell" }));
    for (const osc of signalOscs)
      this.#terminal.parser.registerOscHandler(osc, (data) => {
        const signal = signalOfOsc(osc, data);
        if (signal) onSignal(signal);
        return true;
      });
    this.#marks = new CommandMarks({ terminal: this.#terminal });
    this.#terminal.parser.registerOscHandler(133, (data) => {
      this.#marks.take(data);
      return true;
    });
    this.#terminal.parser.registerOscHandler(7, (data) => {
      this.#marks.takeCwd(data);
      return true;
    });
    this.#terminal.onData(onAnswer);
    for (const osc of [4, 10, 11, 12])
      this.#terminal.parser.registerOscHandler(osc, (data) => {
        const answer = colorAnswer(osc, data, colors());
        if (answer !== "") onAnswer(answer);
        return true;
      });
  }

  /** `parsed` is called once the data has reached the screen. */
  write(data: string, parsed: () => void): void {
    if (this.#disposed) parsed();
    else this.#terminal.write(data, parsed);
  }

  /** In its turn: what was written before is laid out in the size that it was written for. */
  resize(cols: number, rows: number): void {
    if (!this.#disposed) this.#terminal.write("", () => this.#terminal.resize(cols, rows));
  }

  /** Calls with the screen exactly as after everything written so far. */
  snapshot(take: (shown: Shown) => void, { modes }: { modes: boolean } = { modes: true }): void {
    if (this.#disposed) return take({ data: "", marks: [] });
    // An empty write is done in its turn, after all that came before and before what comes later.
    this.#terminal.write("", () => {
      const data = modes ? this.#serializer.serialize() : this.#bounded();
      take({ data, marks: this.#marks.list().map(({ line, state, exitCode, cwd }) => ({ line, state, exitCode, cwd })) });
    });
  }

  /** What is kept of it without its program. */
  #bounded(): string {
    for (const scrollback of [scrollbackLines, 500]) {
      const data = this.#serializer.serialize({ scrollback, excludeModes: true, excludeAltBuffer: true });
      if (data.length <= keptChars) return data;
    }
    return this.#serializer.serialize({ scrollback: 0, excludeModes: true, excludeAltBuffer: true });
  }

  dispose(): void {
    this.#disposed = true;
    this.#terminal.dispose();
  }
}
