import headless from "@xterm/headless";
import { expect, it } from "vitest";
import { leaveAnswersToCore } from "./core-answers.ts";

const queries = [
  "[c",
  "[>c",
  "[=c",
  "[>q",
  "[5n",
  "[6n",
  "[?6n",
  "[?15n",
  "[4$p",
  "[?2004$p",
  "P$qm\u001b\\",
  'P$q"p\u001b\\',
  "Z",
]
  .map((query) => `\u001b${query}`)
  .join("");

it("S45 a window answers nothing that a program asks, where a terminal by itself would", async () => {
  const answers: string[][] = [];
  for (const leaves of [false, true]) {
    const terminal = new headless.Terminal({ allowProposedApi: true });
    const said: string[] = [];
    terminal.onData((data) => said.push(data));
    if (leaves) leaveAnswersToCore(terminal.parser);
    await new Promise<void>((resolve) => terminal.write(`${queries}left`, resolve));
    expect(terminal.buffer.active.getLine(0)?.translateToString(true)).toBe("left");
    answers.push(said);
  }
  expect(answers[0]?.length).toBeGreaterThan(5);
  expect(answers[1]).toEqual([]);
});
