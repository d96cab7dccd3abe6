import { expect, it } from "vitest";
import { unseenColors } from "./color-answers.ts";
import { Screen } from "./screen.ts";

function snapshot(screen: Screen): Promise<string> {
  return new Promise((resolve) => screen.snapshot(({ data }) => resolve(data)));
}

it.each([
  ["👨‍👩‍👧", 2],
  ["❤️", 2],
  ["👍🏽", 2],
  ["🇯🇵", 2],
  ["é", 1],
  ["日本", 4],
  ["🫠", 2],
  ["🫩🪾", 4],
  ["🫱🏽‍🫲🏿", 2],
  ["│", 1],
])("measures %s as %i cells, and again from its own replay", async (text, width) => {
  const answers: string[] = [];
  const make = (): Screen =>
    new Screen({
      cols: 80,
      rows: 24,
      onTitle: () => {},
      onSignal: () => {},
      onAnswer: (answer) => answers.push(answer),
      colors: () => unseenColors,
    });
  const first = make();
  await new Promise<void>((resolve) => first.write(`${text}\u001b[6n`, resolve));
  const again = make();
  const replay = await snapshot(first);
  await new Promise<void>((resolve) => again.write(`${replay}\u001b[6n`, resolve));
  expect(answers).toEqual([`\u001b[1;${width + 1}R`, `\u001b[1;${width + 1}R`]);
  first.dispose();
  again.dispose();
});
