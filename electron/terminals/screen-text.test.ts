import { expect, it } from "vitest";
import { screenText } from "./screen-text.ts";

const text = (data: string) => screenText({ data, cols: 10, rows: 3 });

it("reads what stands on a screen and above it, without colours and moves", async () => {
  expect(await text("\u001b[31mred\u001b[0m\r\na\u001b[3Cb\r\n1\r\n2\r\n3")).toBe("red\na   b\n1\n2\n3");
});

it("joins what only the width of the screen parted", async () => {
  expect(await text("0123456789abc\r\nend")).toBe("0123456789abc\nend");
});
