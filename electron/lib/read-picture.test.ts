import { expect, it } from "vitest";
import { maxPictureBytes, readPicture } from "./read-picture.ts";

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(" ", ""), "hex");
/** Beginnings of images as other programs write them, filled up to `length`. */
const padded = (hex: string, length = 64): Buffer => Buffer.concat([bytes(hex), Buffer.alloc(length)]);

const images = {
  "image/png": padded("89504e470d0a1a0a 0000000d 49484452 00000140 000000f0 0806000000"),
  "image/gif": padded("474946383961 4001 f000 800000"),
  "image/jpeg": padded("ffd8 ffe0 0010 4a46494600010100000100010000 ffff c0 0011 08 00f0 0140 03012200"),
};

it("tells images by their beginning, with their size", () => {
  for (const [mimeType, image] of Object.entries(images))
    expect(readPicture(image)).toEqual({ mimeType, width: 320, height: 240, data: image.toString("base64") });
});

it("tells the three forms of WebP", () => {
  const forms = [
    "52494646 00000000 57454250 56503858 0a000000 10000000 3f0100 ef0000",
    "52494646 00000000 57454250 5650384c 00000000 2f 3fc13b00",
    "52494646 00000000 57454250 56503820 00000000 000000 9d012a 4001 f000",
  ];
  for (const form of forms) expect(readPicture(padded(form))).toMatchObject({ mimeType: "image/webp", width: 320, height: 240 });
});

it("tells nothing else, and nothing that is cut off, empty or too large to be drawn", () => {
  for (const text of ["", "hello", "<svg xmlns='http://www.w3.org/2000/svg'/>", "GIF89a", "\u0089PNG\r\n\u001a\n"])
    expect(readPicture(Buffer.from(text, "latin1"))).toBeNull();
  expect(readPicture(bytes("ffd8 ffe0 0002 ffe0 0000 ffe0"))).toBeNull();
  expect(readPicture(padded("89504e470d0a1a0a 0000000d 49484452 00007530 00007530 0806000000"))).toBeNull();
  expect(readPicture(padded("89504e470d0a1a0a 0000000d 49484452 00000000 000000f0 0806000000"))).toBeNull();
  expect(readPicture(Buffer.concat([images["image/png"], Buffer.alloc(maxPictureBytes)]))).toBeNull();
});
