import { afterEach, beforeEach, expect, it } from "vitest";
import { createChangesBench, must, sessionId, type ChangesBench } from "../testing/changes-bench.ts";

/** The beginning of a PNG, and what makes it another file. */
function png(width: number, height: number, more: Uint8Array = new Uint8Array(64)): Buffer {
  const head = Buffer.from("89504e470d0a1a0a0000000d494844520000000000000000", "hex");
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  return Buffer.concat([head, more]);
}

let bench: ChangesBench;
beforeEach(async () => {
  bench = await createChangesBench((project) => {
    project.write("logo.png", png(10, 20));
    project.write("old.png", png(3, 3));
    project.write("data.bin", Buffer.from([0, 1, 2]));
  });
});
afterEach(() => bench.dispose());

const pictures = async (path: string) => must(await bench.changes.pictures(sessionId, path));

it("gives both ends of a changed image, with their sizes", async () => {
  bench.copy.write("logo.png", png(30, 40, new Uint8Array(100)));
  const { before, after } = await pictures("logo.png");
  expect(before).toMatchObject({ bytes: 88, picture: { mimeType: "image/png", width: 10, height: 20 } });
  expect(after).toMatchObject({ bytes: 124, picture: { width: 30, height: 40 } });
  expect(Buffer.from(after?.picture?.data ?? "", "base64")).toEqual(png(30, 40, new Uint8Array(100)));
});

it("gives one end of an image that was made or deleted, and of other files the sizes alone", async () => {
  bench.copy.write("new.png", png(1, 2));
  bench.copy.remove("old.png");
  bench.copy.write("data.bin", Buffer.from([0, 1, 2, 3]));
  expect(await pictures("new.png")).toMatchObject({ before: null, after: { picture: { width: 1, height: 2 } } });
  expect(await pictures("old.png")).toMatchObject({ before: { picture: { width: 3 } }, after: null });
  expect(await pictures("data.bin")).toEqual({ before: { bytes: 3, picture: null }, after: { bytes: 4, picture: null } });
});

it("reads no file that is too large, and follows no link", async () => {
  bench.copy.write("logo.png", png(30, 40, new Uint8Array(9 * 1024 * 1024)));
  bench.copy.remove("old.png");
  bench.copy.link("old.png", "/etc/hostname");
  expect((await pictures("logo.png")).after).toEqual({ bytes: null, picture: null });
  expect((await pictures("old.png")).after).toBeNull();
  expect(await bench.changes.pictures(sessionId, "gone")).toMatchObject({ ok: false, error: { code: "CHANGE_NOT_FOUND" } });
});
