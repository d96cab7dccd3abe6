import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { McpServer } from "../shared/contract/mcp.ts";
import { toolServerMain } from "../electron/testing/mcp-bench.ts";
import { runHearth } from "./kit/command-line.ts";
import { processesOf } from "./kit/host.ts";
import { createWorkPlace, type WorkPlace } from "./kit/work-place.ts";

let place: WorkPlace;
beforeEach(async () => {
  place = await createWorkPlace();
});
afterEach(() => {
  const left = processesOf(place.home);
  place.dispose();
  expect(left).toEqual([]);
});

const mcp = (...args: string[]) => runHearth(place, ["mcp", ...args], { MY_KEY: "sk-from-here" });

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
