import { expect, it } from "vitest";
import { nextPiece } from "./read-in.ts";

it("reads in larger pieces where they are quick, and smaller ones where a stop would have to wait", () => {
  expect([nextPiece(32, 10), nextPiece(512, 10), nextPiece(128, 300), nextPiece(128, 900), nextPiece(32, 5_000)]).toEqual([
    64, 512, 128, 64, 32,
  ]);
});
