/**
 * Git paths are bytes; JSON and the screen want text. Bytes that aren't UTF-8 travel as lone low surrogates
 * U+DC80–U+DCFF, as in Python's PEP 383 ("surrogateescape"), so every name survives the way there and back.
 */
const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const encoder = new TextEncoder();

/** Bytes of a path → text. Never fails; valid UTF-8 is unchanged. */
export function decodePath(bytes: Uint8Array): string {
  try {
    return strict.decode(bytes);
  } catch {
    return decodeMixed(bytes);
  }
}

/** Paths that end in a NUL each → text. Thousands of them are decoded at one go where all are UTF-8. */
export function decodePaths(bytes: Uint8Array): string[] {
  if (bytes.length === 0) return [];
  const end = bytes.at(-1) === 0 ? bytes.length - 1 : bytes.length;
  try {
    return strict.decode(bytes.subarray(0, end)).split("\0");
  } catch {
    return decodeEach(bytes.subarray(0, end));
  }
}

function decodeEach(bytes: Uint8Array): string[] {
  const paths: string[] = [];
  for (let start = 0; start <= bytes.length;) {
    const found = bytes.indexOf(0, start);
    const end = found === -1 ? bytes.length : found;
    paths.push(decodePath(bytes.subarray(start, end)));
    start = end + 1;
  }
  return paths;
}

/** The way back: each with a NUL at its end. */
export function encodePaths(paths: readonly string[]): Uint8Array {
  return encodePath(paths.map((path) => `${path}\0`).join(""));
}

function decodeMixed(bytes: Uint8Array): string {
  let text = "";
  let at = 0;
  while (at < bytes.length) {
    const length = sequenceLength(bytes, at);
    if (length === 0) {
      text += String.fromCharCode(0xdc00 + (bytes[at] ?? 0));
      at += 1;
    } else {
      text += strict.decode(bytes.subarray(at, at + length));
      at += length;
    }
  }
  return text;
}

/** Length of the valid UTF-8 sequence at `at`, 0 if there is none. */
function sequenceLength(bytes: Uint8Array, at: number): number {
  for (const length of [1, 2, 3, 4]) {
    if (at + length > bytes.length) return 0;
    try {
      strict.decode(bytes.subarray(at, at + length));
      return length;
    } catch {
      // Not complete at this length; a longer one may be.
    }
  }
  return 0;
}

/** Text from `decodePath` → the same bytes. */
export function encodePath(text: string): Uint8Array {
  if (!/[\udc80-\udcff]/.test(text)) return encoder.encode(text);
  const out: number[] = [];
  for (const char of text) {
    const code = char.charCodeAt(0);
    if (char.length === 1 && code >= 0xdc80 && code <= 0xdcff) out.push(code - 0xdc00);
    else out.push(...encoder.encode(char));
  }
  return Uint8Array.from(out);
}
