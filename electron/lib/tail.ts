/** The last `maxBytes` (UTF-8) of a text that keeps growing. Cut at the start, between characters. */
export class Tail {
  readonly #maxBytes: number;
  #pieces: Buffer[] = [];
  #bytes = 0;
  #truncated = false;

  constructor(maxBytes = 64 * 1024) {
    this.#maxBytes = maxBytes;
  }

  push(text: string): void {
    const piece = Buffer.from(text);
    this.#pieces.push(piece);
    this.#bytes += piece.length;
    // Twice the limit before cutting, so that a flood isn't copied with every piece.
    if (this.#bytes > 2 * this.#maxBytes + 4096) this.#trim();
  }

  read(): { text: string; truncated: boolean } {
    this.#trim();
    return { text: Buffer.concat(this.#pieces).toString(), truncated: this.#truncated };
  }

  /** The last lines that say something, whole ones where there are any. */
  lines(count: number): string[] {
    const { text, truncated } = this.read();
    const lines = text.split(/\r?\n/).filter((line) => line.trim() !== "");
    if (truncated && lines.length > 1) lines.shift();
    return lines.slice(-count);
  }

  #trim(): void {
    const whole = Buffer.concat(this.#pieces);
    let from = Math.max(0, whole.length - this.#maxBytes);
    // Bytes 10xxxxxx continue a character.
    while (from > 0 && from < whole.length && ((whole[from] ?? 0) & 0xc0) === 0x80) from += 1;
    this.#truncated ||= from > 0;
    this.#pieces = [whole.subarray(from)];
    this.#bytes = whole.length - from;
  }
}
