import { expect, it } from "vitest";
import { colorAnswer, unseenColors } from "./color-answers.ts";

const colors = {
  ...unseenColors,
  foreground: "#010203",
  background: "#a0b0c0",
  palette: unseenColors.palette.with(1, "#ff8000"),
};

it.each([
  [10, "?", "\u001b]10;rgb:0101/0202/0303\u001b\\"],
  [11, "?", "\u001b]11;rgb:a0a0/b0b0/c0c0\u001b\\"],
  [10, "?;?", "\u001b]10;rgb:0101/0202/0303\u001b\\\u001b]11;rgb:a0a0/b0b0/c0c0\u001b\\"],
  [4, "1;?", "\u001b]4;1;rgb:ffff/8080/0000\u001b\\"],
  [4, "16;?;196;?", "\u001b]4;16;rgb:0000/0000/0000\u001b\\\u001b]4;196;rgb:ffff/0000/0000\u001b\\"],
  [4, "232;?;255;?", "\u001b]4;232;rgb:0808/0808/0808\u001b\\\u001b]4;255;rgb:eeee/eeee/eeee\u001b\\"],
  [4, "256;?;x;?;1", ""],
  [11, "#ffffff", ""],
  [4, "1;#ffffff", ""],
])("answers OSC %i %j", (osc, data, answer) => {
  expect(colorAnswer(osc, data, colors)).toBe(answer);
});
