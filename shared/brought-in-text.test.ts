import { expect, it } from "vitest";
import { broughtInText } from "./brought-in-text.ts";

it("says how many files came, and from where if that has a name", () => {
  expect(broughtInText({ files: 1_200, from: "main" })).toBe("Git brought in 1,200 files from main. They aren’t this session’s.");
  expect(broughtInText({ files: 1, from: null })).toBe("Git brought in 1 file. It isn’t this session’s.");
});
