import { PassThrough } from "node:stream";
import { expect, it } from "vitest";
import { until } from "../../testing/until.ts";
import type { PermissionResult } from "./sdk.ts";
import { StreamJsonQuery } from "./stream-json-query.ts";

async function* noPrompts(): AsyncGenerator<never> {}

/** What it answers when the program asks for leave to use a tool. */
async function answerTo(ask: () => Promise<PermissionResult>): Promise<unknown> {
  const [stdin, stdout] = [new PassThrough(), new PassThrough()];
  const query = new StreamJsonQuery({ child: { stdin, stdout }, prompts: noPrompts(), ask, setUp: {}, takesSettings: false });
  let written = "";
  stdin.on("data", (chunk: Buffer) => (written += chunk.toString("utf8")));
  const request = { subtype: "can_use_tool", tool_name: "Bash", input: {}, tool_use_id: "t" };
  stdout.write(`${JSON.stringify({ type: "control_request", request_id: "1", request })}\n`);
  await until(() => written.endsWith("\n"), "the answer");
  stdout.end();
  for await (const _ of query) {
    // To its end.
  }
  return JSON.parse(written);
}

it("answers a request with what was decided", async () => {
  const response = { behavior: "deny" as const, message: "no", interrupt: false };
  expect(await answerTo(async () => response)).toEqual({
    type: "control_response",
    response: { subtype: "success", request_id: "1", response },
  });
});

it("refuses what nobody can be asked, and lives on", async () => {
  expect(await answerTo(() => Promise.reject(new Error("The disk is full")))).toEqual({
    type: "control_response",
    response: { subtype: "error", request_id: "1", error: "The disk is full" },
  });
});
