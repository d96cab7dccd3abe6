import type { Terminal } from "@xterm/xterm";
import type { CommandMark } from "../../shared/command-marks.ts";
import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import type { TerminalCalls } from "./terminal-calls.ts";

type TerminalDrawingDeps = {
  terminal: Terminal;
  calls: TerminalCalls;
  onReplay: () => void;
  /** With the commands that the shell had told of before. */
  onReplayed: (marks: readonly CommandMark[]) => void;
  onExit: (exitCode: number | null) => void;
  /** The screen is wanted anew. */
  again: () => void;
};

/** Acknowledging every piece would be a call for each; the core's marks are far above this. */
const ackChars = 64_000;
const ackPauseMs = 40;
/** A hidden page draws slowly, so it stops drawing what it is that far behind with, and takes the screen anew when it's seen. */
const hiddenChars = 1_000_000;

/**
 * Writes what comes to the screen, and acknowledges it once it is drawn; a hidden page at once, since a browser hardly
 * lets it draw, and the program must not stand still for that.
 */
export class TerminalDrawing {
  readonly #deps: TerminalDrawingDeps;
  #drawn = 0;
  #undrawn = 0;
  #missed = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: TerminalDrawingDeps) {
    this.#deps = deps;
  }

  take(output: TerminalOutput): void {
    const { terminal, onReplay, onReplayed, onExit } = this.#deps;
    switch (output.type) {
      case "replay":
        this.#missed = false;
        onReplay();
        terminal.reset();
        terminal.resize(output.cols, output.rows);
        terminal.write(output.data, () => onReplayed(output.marks));
        return;
      case "data":
        return this.#draw(output.data);
      case "size":
        terminal.write("", () => terminal.resize(output.cols, output.rows));
        return;
      case "exit":
        if (this.#missed) this.#deps.again();
        else terminal.write("", () => onExit(output.exitCode));
        return;
      case "title":
        return; // The tab shows it, from the app's state.
    }
  }

  /** The page is looked at again. */
  seen(): void {
    if (this.#missed) this.#deps.again();
  }

  #draw(data: string): void {
    const { hidden } = document;
    if (hidden) this.#deps.calls.acknowledge(data.length);
    if (hidden && this.#undrawn > hiddenChars) this.#missed = true;
    if (!this.#missed) this.#write(data, hidden);
  }

  #write(data: string, acknowledged: boolean): void {
    this.#undrawn += data.length;
    this.#deps.terminal.write(data, () => {
      this.#undrawn -= data.length;
      if (!acknowledged) this.#acknowledge(data.length);
    });
  }

  #acknowledge(chars: number): void {
    this.#drawn += chars;
    if (this.#drawn >= ackChars || document.hidden) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), ackPauseMs);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const chars = this.#drawn;
    this.#drawn = 0;
    if (chars > 0) this.#deps.calls.acknowledge(chars);
  }
}
