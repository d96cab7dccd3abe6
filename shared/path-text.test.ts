import { expect, it } from "vitest";
import { decodePaths, encodePaths } from "./path-text.ts";

it.each([
  { what: "text alone", paths: ["a", "b/c", "😀", "", "\ufeffmark"] },
  { what: "bytes that are no text among it", paths: ["a", "b-\udcff", "", "😀", "\udc80"] },
  { what: "nothing", paths: [] },
])("gives paths that end in a NUL back: $what", ({ paths }) => {
  expect(decodePaths(encodePaths(paths))).toEqual(paths);
});

it("takes a last one without its end", () => {
  expect(decodePaths(Buffer.from("a\0b"))).toEqual(["a", "b"]);
  expect(decodePaths(Buffer.concat([Buffer.from("a\0"), Buffer.from([0xff])]))).toEqual(["a", "\udcff"]);
  expect(decodePaths(Buffer.from("\0\0"))).toEqual(["", ""]);
});
