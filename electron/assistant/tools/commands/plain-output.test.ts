import { expect, it } from "vitest";
import { plainOutput } from "./plain-output.ts";

it.each([
  ["10%\r20%\r30%", "30%"],
  ["10%\r20%\r\r\nnext\r\n", "20%\nnext"],
  ["\u001b[31mred\u001b[0m \u0007", "red"],
  ["\r", ""],
])("shows of %j what stands at the end", (text, shown) => {
  expect(plainOutput(text)).toBe(shown);
});

it("takes no longer for a line of nothing but carriage returns", () => {
  expect(plainOutput(`${"\r".repeat(1_000_000)}x`)).toBe("x");
});
