/** The last `maxBytes` (UTF-8) of a text that keeps growing. Cut at the start, between characters. */
export type Tail = { add(text: string): void; read(): { text: string; truncated: boolean } };

export function createTail(maxBytes: number): Tail {
  let pieces: Buffer[] = [];
  let bytes = 0;
  let truncated = false;
  function trim(): void {
    const whole = Buffer.concat(pieces);
    let from = Math.max(0, whole.length - maxBytes);
    // Bytes 10xxxxxx continue a character.
    while (from > 0 && from < whole.length && ((whole[from] ?? 0) & 0xc0) === 0x80) from += 1;
    truncated ||= from > 0;
    pieces = [whole.subarray(from)];
    bytes = whole.length - from;
  }
  return {
    add(text) {
      const piece = Buffer.from(text);
      pieces.push(piece);
      bytes += piece.length;
      // Twice the limit before cutting, so that a flood isn't copied with every piece.
      if (bytes > 2 * maxBytes + 4096) trim();
    },
    read() {
      trim();
      // A PTY turns line feeds into CR LF; who reads the output as text wants lines.
      return { text: Buffer.concat(pieces).toString().replaceAll("\r\n", "\n"), truncated };
    },
  };
}
