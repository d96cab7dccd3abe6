import type { Picture, PictureFile } from "../../shared/contract/files.ts";

/** Above this a page isn't given an image: it would hold it up, unpacked even more than packed. */
export const maxPictureBytes = 8 * 1024 * 1024;
const maxPixels = 50_000_000;

type Size = { width: number; height: number };

/**
 * The image that a file's bytes are, told by their beginning and not by a name; null for anything else, also for one that
 * unpacks to more than a page should hold. SVG isn't told: it can take any time to draw.
 */
export function readPicture(bytes: Buffer): Picture | null {
  if (bytes.length > maxPictureBytes) return null;
  const found = pngSize(bytes) ?? gifSize(bytes) ?? webpSize(bytes) ?? jpegSize(bytes);
  if (!found || found.width === 0 || found.height === 0 || found.width * found.height > maxPixels) return null;
  return { ...found, data: bytes.toString("base64") };
}

export function pictureFileOf(bytes: Buffer): PictureFile {
  return { bytes: bytes.length, picture: readPicture(bytes) };
}

type Found = Pick<Picture, "mimeType"> & Size;

const startsWith = (bytes: Buffer, text: string, at = 0): boolean => bytes.toString("latin1", at, at + text.length) === text;

/** PNG (W3C), 11.2.1: the header is the first chunk. */
function pngSize(bytes: Buffer): Found | null {
  if (bytes.length < 24 || !startsWith(bytes, "\u0089PNG\r\n\u001a\n") || !startsWith(bytes, "IHDR", 12)) return null;
  return { mimeType: "image/png", width: bytes.readUInt32BE(16), height: bytes.readUInt32BE(20) };
}

/** GIF89a, 18: the logical screen. */
function gifSize(bytes: Buffer): Found | null {
  if (bytes.length < 10 || !(startsWith(bytes, "GIF87a") || startsWith(bytes, "GIF89a"))) return null;
  return { mimeType: "image/gif", width: bytes.readUInt16LE(6), height: bytes.readUInt16LE(8) };
}

/** RFC 9649: the extended form, the lossless and the lossy one. */
function webpSize(bytes: Buffer): Found | null {
  if (bytes.length < 30 || !startsWith(bytes, "RIFF") || !startsWith(bytes, "WEBP", 8)) return null;
  const size = webpSizes[bytes.toString("latin1", 12, 16)]?.(bytes);
  return size ? { mimeType: "image/webp", ...size } : null;
}

const webpSizes: Record<string, (bytes: Buffer) => Size> = {
  VP8X: (bytes) => ({ width: 1 + bytes.readUIntLE(24, 3), height: 1 + bytes.readUIntLE(27, 3) }),
  VP8L: (bytes) => {
    const bits = bytes.readUInt32LE(21);
    return { width: 1 + (bits & 0x3fff), height: 1 + ((bits >>> 14) & 0x3fff) };
  },
  "VP8 ": (bytes) => ({ width: bytes.readUInt16LE(26) & 0x3fff, height: bytes.readUInt16LE(28) & 0x3fff }),
};

/** ITU-T T.81, B.2: the frame header, behind any number of other segments. */
function jpegSize(bytes: Buffer): Found | null {
  if (bytes.length < 4 || bytes.readUInt16BE(0) !== 0xffd8) return null;
  let at = 2;
  while (at + 9 <= bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] ?? 0;
    // A marker may be filled up with bytes of ones before it.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return { mimeType: "image/jpeg", height: bytes.readUInt16BE(at + 5), width: bytes.readUInt16BE(at + 7) };
    at += 2 + Math.max(2, bytes.readUInt16BE(at + 2));
  }
  return null;
}
