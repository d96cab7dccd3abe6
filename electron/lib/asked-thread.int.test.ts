import { writeFileSync } from "node:fs";
import path from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { AskedThread } from "./asked-thread.ts";

type Request = { id: number; type: "say" | "loop" | "break" };
type Answer = { id: number; type: "said" };

const source = `import { parentPort } from "node:worker_threads";
parentPort.on("message", (request) => {
  if (!request) process.exit(0);
  if (request.type === "loop") for (;;);
  if (request.type === "break") throw new Error("broken");
  parentPort.postMessage({ id: request.id, type: "said" });
});`;

function begin(endsLate: boolean): AskedThread<Request, Answer> {
  const program = path.join(tempFolder("thread"), "main.mjs");
  writeFileSync(program, source);
  const thread = new AskedThread<Request, Answer>({ program, name: "reader", answerMs: 3_000, endsLate });
  onTestFinished(() => thread.dispose());
  return thread;
}

it("answers, and begins anew after it broke", async () => {
  const thread = begin(false);
  expect(await thread.ask({ type: "say" })).toMatchObject({ type: "said" });
  expect(await thread.ask({ type: "break" })).toMatchObject({ type: "failed", message: "The reader's thread ended. broken" });
  expect(await thread.ask({ type: "say" })).toMatchObject({ type: "said" });
});

it("ends one that never answers, and begins anew", async () => {
  const thread = begin(true);
  expect(await thread.ask({ type: "loop" })).toMatchObject({ type: "failed", message: "The reader didn't answer" });
  // Its end takes a moment, in which what is asked fails with it.
  await expect.poll(async () => (await thread.ask({ type: "say" })).type, { timeout: 10_000 }).toBe("said");
});

it("takes nothing more once it is told to end", async () => {
  const thread = begin(false);
  await thread.ask({ type: "say" });
  await thread.dispose();
  expect(await thread.ask({ type: "say" })).toMatchObject({ type: "failed", message: "Hearth is closing" });
});
