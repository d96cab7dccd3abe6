import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, it } from "vitest";
import type { McpList } from "../shared/contract/mcp.ts";
import { toolServerMain } from "../electron/testing/mcp-bench.ts";
import { until } from "../electron/testing/until.ts";
import { processesOf, startHost, type Host } from "./kit/host.ts";
import { createWorkPlace, type WorkPlace } from "./kit/work-place.ts";

let place: WorkPlace;
let host: Host;
beforeEach(async () => {
  place = await createWorkPlace();
  host = await startHost({ env: place.hostEnv });
});
afterEach(async () => {
  await host.kill();
  place.dispose();
});

const servers = (): number[] =>
  processesOf(place.home).flatMap(({ pid, command }) => (command.includes(toolServerMain) ? [pid] : []));

it("an MCP server that a killed core left behind is ended by the next one", { timeout: 120_000 }, async () => {
  const entry = { command: process.execPath, args: [toolServerMain, "--silent"] };
  writeFileSync(path.join(place.root, "config/mcp.json"), JSON.stringify({ mcpServers: { silent: entry } }));
  const [listed] = (await host.api<McpList>("GET", "/mcp/servers")).servers;
  await host.api("POST", "/mcp/servers/silent/approve", { hash: listed?.hash });
  host.api("POST", "/mcp/servers/silent/check").catch(() => {
    // The core is killed while it waits for the answer.
  });
  await until(() => servers().length === 1, "the server's start");
  await host.kill();
  host = await startHost({ env: place.hostEnv });
  await until(() => servers().length === 0, "its end");
});
