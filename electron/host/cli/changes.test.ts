import path from "node:path";
import { createRouterClient } from "@orpc/server";
import { expect, it } from "vitest";
import type { ApplyResult } from "../../../shared/contract/changes.ts";
import { scriptedCore } from "../../testing/scripted-core.ts";
import { apply, listChanges, type ApplyOptions } from "./changes.ts";

type Setup = { inPlace?: boolean; conflicts?: ApplyResult["conflicts"] };

function scripted(setup: Setup = {}) {
  const core = scriptedCore({ events: [], ...setup });
  const lines: string[] = [];
  const say = (text = ""): void => void lines.push(text);
  const rpc = createRouterClient(core.router, { context: {} as never });
  return { rpc, calls: core.calls, lines, io: { json: () => {}, line: say, note: say, write: say } };
}

async function applied(options: ApplyOptions, setup: Setup = {}) {
  const { rpc, io, calls, lines } = scripted(setup);
  const exitCode = await apply(rpc, io, "ses_1abc", [], options);
  return { exitCode, calls, lines };
}

it("asks for the approved changes, or for all, and approves nothing by itself", async () => {
  expect(await applied({ dryRun: true })).toEqual({
    exitCode: 0,
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

it("ends with 1 when something conflicts, and tells what", async () => {
  const { exitCode, lines } = await applied({}, { conflicts: [{ path: "a.txt", reason: "changed in the checkout" }] });
  expect([exitCode, lines[0]]).toEqual([1, "conflict  a.txt: changed in the checkout"]);
});

it("applies the rest where nothing is named and a path can't be written, and says why", async () => {
  const blocked = { path: ".git/x", reason: "It can't be written: it leads into a git folder.", blocked: true as const };
  const { exitCode, calls, lines } = await applied({}, { conflicts: [blocked] });
  expect(calls.at(-1)).toEqual(["changes.apply", { id: "ses_1abc", all: false, paths: ["a.txt"], dryRun: false }]);
  expect([exitCode, ...lines]).toEqual([
    1,
    "applied  a.txt",
    `can't be applied  .git/x: ${blocked.reason}`,
    "1 applied, 1 can't.",
  ]);
});

it("lists pending changes in columns", async () => {
  const { rpc, io, lines } = scripted();
  await listChanges(rpc, io, "ses_1", {});
  expect(lines).toEqual(["M  pending  +2 −1  practice  a.txt"]);
});

it("passes a place on: a path as it is meant here, a branch as it is, with the session's title as the message", async () => {
  const to = async (wanted: string): Promise<unknown> => (await applied({ to: wanted })).calls[0]?.[1];
  expect(await to("release/1.0")).toMatchObject({ to: "release/1.0", message: expect.any(String) });
  expect(await to("../side")).toMatchObject({ to: path.resolve("../side") });
  expect((await applied({ to: "x", message: "Say ONE" })).calls[0]?.[1]).toMatchObject({ message: "Say ONE" });
});
