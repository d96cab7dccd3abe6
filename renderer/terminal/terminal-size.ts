import type { FitAddon } from "@xterm/addon-fit";
import type { Terminal } from "@xterm/xterm";
import { rpc } from "../rpc.ts";

type TerminalSizeDeps = { host: HTMLElement; terminal: Terminal; fit: FitAddon; terminalId: string };

const resizePauseMs = 80;

/** Keeps columns and rows to the space there is, and tells the program when a move has ended; until `dispose`. */
export class TerminalSize {
  readonly #deps: TerminalSizeDeps;
  readonly #observer = new ResizeObserver(() => this.fit());
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told = "";

  constructor(deps: TerminalSizeDeps) {
    this.#deps = deps;
    this.#observer.observe(deps.host);
  }

  fit(): void {
    const { host, terminal, fit } = this.#deps;
    // Hidden in a tab behind others it has no size, and keeps the one it had.
    if (host.offsetWidth === 0 || host.offsetHeight === 0) return;
    const proposed = fit.proposeDimensions();
    if (!proposed || !Number.isFinite(proposed.cols) || !Number.isFinite(proposed.rows)) return;
    const cols = Math.min(1000, Math.max(2, proposed.cols));
    const rows = Math.min(1000, Math.max(1, proposed.rows));
    if (cols !== terminal.cols || rows !== terminal.rows) terminal.resize(cols, rows);
    if (this.#told === `${cols}x${rows}`) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#tell(cols, rows), resizePauseMs);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
  }

  #tell(cols: number, rows: number): void {
    this.#told = `${cols}x${rows}`;
    // Where it fails the terminal is gone or the connection is; both are shown elsewhere.
    rpc.terminals.resize({ id: this.#deps.terminalId, cols, rows }).catch(() => (this.#told = ""));
  }
}
