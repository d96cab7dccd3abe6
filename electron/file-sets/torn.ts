/**
 * Whether these bytes are what a power cut leaves of a file that was being written as `whole`: the beginning of it, and
 * nothing or zeros after. There is nothing in them that `whole` doesn't have.
 */
export function isTorn(bytes: Buffer, whole: Buffer): boolean {
  if (bytes.length > whole.length) return false;
  const differs = firstDifference(bytes, whole);
  return bytes.subarray(differs).every((byte) => byte === 0);
}

function firstDifference(bytes: Buffer, whole: Buffer): number {
  const step = 64 * 1024;
  for (let at = 0; at < bytes.length; at += step) {
    const part = bytes.subarray(at, at + step);
    if (part.equals(whole.subarray(at, at + part.length))) continue;
    return at + part.findIndex((byte, offset) => byte !== whole[at + offset]);
  }
  return bytes.length;
}
