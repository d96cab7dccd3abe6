import { expect, it } from "vitest";
import { roomForAnswer, wasCut } from "./tokens.ts";

it("leaves an answer what the window has beside the prompt, by the server's count where there is one", () => {
  expect(roomForAnswer(8_000, 3_000, null)).toBe(8_000 - 1_000 - 128);
  expect(roomForAnswer(8_000, 3_300, { tokens: 700, chars: 3_000 })).toBe(8_000 - 700 - 100 - 128);
});

it("sets no limit where the window is unknown, and says where there is no room", () => {
  expect(roomForAnswer(null, 1_000_000, null)).toBeNull();
  expect(roomForAnswer(2_048, 6_000, null)).toBe("none");
});

it.each([
  ["fewer tokens than a shorter prompt had", 900, 5_000, { tokens: 1_000, chars: 4_000 }, true],
  ["a count within a twentieth of the shorter prompt's", 951, 5_000, { tokens: 1_000, chars: 4_000 }, false],
  ["fewer tokens than so many characters can be", 2_048, 18_000, null, true],
  ["a dense prompt that was read whole", 3_000, 18_000, null, false],
  ["no count", null, 18_000, null, false],
])("%s", (_, counted, chars, measured, isCut) => {
  expect(wasCut(counted, chars, measured)).toBe(isCut);
});
