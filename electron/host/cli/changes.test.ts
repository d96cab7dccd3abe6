import { createRouterClient } from "@orpc/server";
import { expect, it } from "vitest";
import { scriptedCore } from "../../testing/scripted-core.ts";
import { apply } from "./changes.ts";

async function applied(options: { all?: boolean; dryRun?: boolean }, { inPlace = false } = {}) {
  const core = scriptedCore({ events: [], inPlace });
  const lines: string[] = [];
  const say = (text = ""): void => void lines.push(text);
  const rpc = createRouterClient(core.router, { context: {} as never });
  await apply(rpc, { json: () => {}, line: say, note: say }, "ses_1abc", [], options);
  return { calls: core.calls, lines };
}

it("asks for the approved changes, or for all, and approves nothing by itself", async () => {
  expect(await applied({ dryRun: true })).toEqual({
    calls: [["changes.apply", { id: "ses_1abc", all: false, dryRun: true }]],
    lines: ["would apply  a.txt"],
  });
  expect((await applied({ all: true })).calls).toEqual([["changes.apply", { id: "ses_1abc", all: true, dryRun: false }]]);
});

it("says of a session in place that it approves, which moves the baseline and writes nothing", async () => {
  const { lines } = await applied({}, { inPlace: true });
  expect(lines).toEqual([
    "approved  a.txt",
    "This session works in the project's own folder, so no file was written: its baseline has moved over these changes.",
  ]);
});
