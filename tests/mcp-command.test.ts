import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { McpServer } from "../shared/contract/mcp.ts";
import { runToEnd } from "../electron/lib/process.ts";
import { toolServerMain } from "../electron/testing/mcp-bench.ts";
import { processesOf } from "./kit/host.ts";
import { createWorkPlace, type WorkPlace } from "./kit/work-place.ts";

const bin = path.resolve(import.meta.dirname, "../bin/hearth.mjs");

let place: WorkPlace;
beforeEach(async () => {
  place = await createWorkPlace();
});
afterEach(() => {
  const left = processesOf(place.home);
  place.dispose();
  expect(left).toEqual([]);
});

async function mcp(...args: string[]) {
  const env = { ...place.hostEnv, MY_KEY: "sk-from-here" };
  const command = { command: process.execPath, args: [bin, "mcp", ...args], cwd: place.repo, env };
  const ended = await runToEnd({ ...command, input: "", timeoutMs: 60_000, maxBytes: 10_000_000 });
  if (!ended.ok) throw new Error(ended.error.message);
  return { code: ended.value.code, out: ended.value.stdout.toString("utf8"), err: ended.value.stderr.toString("utf8") };
}

it("adds, enables, checks, disables, imports and removes servers", { timeout: 300_000 }, async () => {
  expect(await mcp()).toMatchObject({ code: 0, err: expect.stringContaining("No MCP servers yet") });
  const added = await mcp("add", "birds", "--env", "WORD=dunlin", "--", process.execPath, toolServerMain);
  expect(added).toMatchObject({ code: 0, err: expect.stringContaining("hearth mcp enable birds") });
  expect(await mcp("add", "birds", "--", "other")).toMatchObject({ code: 2, err: expect.stringContaining("already") });
  expect(await mcp("check", "birds")).toMatchObject({ code: 2, err: expect.stringContaining("isn't approved") });
  expect(await mcp("enable", "birds")).toMatchObject({ code: 2, err: expect.stringContaining("--yes") });
  expect((await mcp("enable", "birds", "--yes")).out).toMatch(/^✓ birds +on +stdio/);
  const checked = await mcp("check", "birds");
  expect([checked.code, checked.out]).toEqual([0, expect.stringMatching(/✓ tool-server 1\.2\.3[\s\S]*tell +Tells the word/)]);
  expect((await mcp("disable", "birds", "--project", place.repo)).out).toMatch(/off in project/);
  expect((await mcp("disable", "birds")).out).toMatch(/^– birds +off/);

  expect(await mcp("add", "far", "--url", "https://far.test/mcp", "--secret", "MY_KEY")).toMatchObject({
    code: 0,
    err: expect.stringContaining("known until Hearth ends"),
  });
  expect(await mcp("add", "bad", "--secret", "NOT_HERE", "--", "x")).toMatchObject({ code: 2 });
  const file = path.join(place.root, "config/mcp.json");
  expect(readFileSync(file, "utf8")).not.toContain("sk-from-here");

  mkdirSync(path.join(place.home, ".cursor"), { recursive: true });
  writeFileSync(path.join(place.home, ".cursor/mcp.json"), JSON.stringify({ mcpServers: { theirs: { command: "x" } } }));
  expect((await mcp("import")).out).toMatch(/theirs +Cursor +x/);
  expect((await mcp("import", "theirs", "--as", "mine")).out).toMatch(/^– mine +off/);
  expect((await mcp("remove", "mine")).code).toBe(0);
  const listed = JSON.parse((await mcp("list", "--json")).out) as { servers: McpServer[] };
  expect(listed.servers.map(({ name, state }) => [name, state])).toEqual([
    ["birds", "off"],
    ["far", "off"],
  ]);
});
