import type { FitAddon } from "@xterm/addon-fit";
import type { Terminal } from "@xterm/xterm";
import type { TerminalCalls } from "./terminal-calls.ts";

type TerminalSizeDeps = { host: HTMLElement; terminal: Terminal; fit: FitAddon; calls: TerminalCalls };
type Size = { cols: number; rows: number };

const resizePauseMs = 80;

/**
 * Tells the core how much space there is, when a move has ended and when the person comes back to this window; until
 * `dispose`. The terminal itself takes the size that the core says, in its turn among the output; once its program has
 * ended, nobody draws for another size, and it takes the space there is.
 */
export class TerminalSize {
  readonly #deps: TerminalSizeDeps;
  readonly #observer = new ResizeObserver(() => this.fit());
  #timer: ReturnType<typeof setTimeout> | undefined;
  #told = "";
  #ended = false;

  constructor(deps: TerminalSizeDeps) {
    this.#deps = deps;
    this.#observer.observe(deps.host);
  }

  fit(): void {
    const size = this.#space();
    if (this.#ended) return this.#take(size);
    if (!size || this.#told === said(size)) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#tell(size, document.hasFocus()), resizePauseMs);
  }

  /** The person is in this window now. */
  use(): void {
    const { terminal } = this.#deps;
    const size = this.#space();
    if (!this.#ended && size && said(size) !== said(terminal)) void this.#tell(size, true);
  }

  /** On a new reading the core knows nothing of this window. */
  tellAgain(): void {
    this.#told = "";
    this.fit();
  }

  /** Its program has ended. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.fit();
  }

  #take(size: Size | null): void {
    const { terminal } = this.#deps;
    if (size && said(size) !== said(terminal)) terminal.resize(size.cols, size.rows);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#observer.disconnect();
  }

  #space(): Size | null {
    const { host, fit } = this.#deps;
    // Hidden in a tab behind others it has no size, and keeps the one it had.
    if (host.offsetWidth === 0 || host.offsetHeight === 0) return null;
    const proposed = fit.proposeDimensions();
    if (!proposed || !Number.isFinite(proposed.cols) || !Number.isFinite(proposed.rows)) return null;
    return { cols: Math.min(1000, Math.max(2, proposed.cols)), rows: Math.min(1000, Math.max(1, proposed.rows)) };
  }

  async #tell(size: Size, used: boolean): Promise<void> {
    this.#told = said(size);
    if (!(await this.#deps.calls.fit(size, used))) this.#told = "";
  }
}

function said({ cols, rows }: Size): string {
  return `${cols}x${rows}`;
}
