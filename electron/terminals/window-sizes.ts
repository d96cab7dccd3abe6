export type Size = { cols: number; rows: number };

/**
 * The sizes of the windows on a terminal, by the window's ticket. The program has the size of the window that was used
 * last; when that one goes, of the one before it.
 */
export class WindowSizes {
  /** In the order of their use, the latest last. */
  readonly #windows = new Map<string, Size>();

  /** A window says its size. One that isn't in use keeps its place, or comes first of all. */
  set(ticket: string, size: Size, used: boolean): void {
    if (used) {
      this.#windows.delete(ticket);
      this.#windows.set(ticket, size);
    } else if (this.#windows.has(ticket)) {
      this.#windows.set(ticket, size);
    } else {
      const others = [...this.#windows];
      this.#windows.clear();
      for (const [key, value] of [[ticket, size] as const, ...others]) this.#windows.set(key, value);
    }
  }

  /** It is used now; one whose size isn't known changes nothing. */
  use(ticket: string): void {
    const size = this.#windows.get(ticket);
    if (size) this.set(ticket, size, true);
  }

  leave(ticket: string): void {
    this.#windows.delete(ticket);
  }

  /** Null where no window has said its size. */
  current(): Size | null {
    return [...this.#windows.values()].at(-1) ?? null;
  }
}
