import type { Terminal } from "@xterm/xterm";
import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { rpc } from "../rpc.ts";

type TerminalDrawingDeps = {
  terminal: Terminal;
  terminalId: string;
  onReplay: () => void;
  onReplayed: () => void;
  onExit: (exitCode: number | null) => void;
};

/** Acknowledging every piece would be a call for each; the core's marks are far above this. */
const ackChars = 4_000;
const ackPauseMs = 40;

/** Writes what comes to the screen, and acknowledges it once it is drawn. */
export class TerminalDrawing {
  readonly #deps: TerminalDrawingDeps;
  #drawn = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(deps: TerminalDrawingDeps) {
    this.#deps = deps;
  }

  take(output: TerminalOutput): void {
    const { terminal, onReplay, onReplayed, onExit } = this.#deps;
    switch (output.type) {
      case "replay":
        this.#drawn = 0;
        onReplay();
        terminal.reset();
        terminal.resize(output.cols, output.rows);
        terminal.write(output.data, onReplayed);
        return;
      case "data":
        terminal.write(output.data, () => this.#acknowledge(output.data.length));
        return;
      case "exit":
        terminal.write("", () => onExit(output.exitCode));
        return;
      case "title":
        return; // The tab shows it, from the app's state.
    }
  }

  #acknowledge(chars: number): void {
    this.#drawn += chars;
    if (this.#drawn >= ackChars) this.#send();
    else this.#timer ??= setTimeout(() => this.#send(), ackPauseMs);
  }

  #send(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const chars = this.#drawn;
    this.#drawn = 0;
    if (chars === 0) return;
    rpc.terminals.acknowledge({ id: this.#deps.terminalId, chars }).catch(() => {
      // The connection is gone, and with it the core's count of what was not drawn.
    });
  }
}
