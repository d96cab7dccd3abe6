/** Cuts a stream of bytes into lines. Invalid UTF-8 becomes U+FFFD; a character split between chunks stays whole. */
export class LineReader {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  #overflown = false;
  readonly #maxBytes: number;
  readonly #onLine: (line: string) => void;
  readonly #onTooLong: () => void;

  constructor(options: { maxBytes: number; onLine: (line: string) => void; onTooLong: () => void }) {
    this.#maxBytes = options.maxBytes;
    this.#onLine = options.onLine;
    this.#onTooLong = options.onTooLong;
  }

  push(chunk: Uint8Array): void {
    let start = 0;
    while (!this.#overflown) {
      const end = chunk.indexOf(10, start);
      const piece = chunk.subarray(start, end === -1 ? chunk.length : end);
      this.#bytes += piece.length;
      if (this.#bytes > this.#maxBytes) {
        this.#overflown = true;
        this.#parts = [];
        this.#onTooLong();
        return;
      }
      if (piece.length > 0) this.#parts.push(piece);
      if (end === -1) return;
      this.#onLine(this.#take());
      start = end + 1;
    }
  }

  /** What stands after the last line feed; for the diagnostic of a stream that ended there. */
  rest(): string {
    return this.#take();
  }

  #take(): string {
    const [only] = this.#parts;
    const bytes = this.#parts.length === 1 && only ? only : Buffer.concat(this.#parts);
    const line = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }
}
