import { writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { McpList } from "../../shared/contract/mcp.ts";
import { toolServer } from "../../electron/testing/mcp-bench.ts";
import { startLocalModelServer, type LocalModelServer } from "../../electron/testing/model-servers/start.ts";
import { until } from "../../electron/testing/until.ts";
import { openOffice, type Office } from "../kit/desk-page.ts";
import { agentReady } from "../kit/work-place.ts";

let office: Office;
let server: LocalModelServer;

beforeEach(async () => {
  server = await startLocalModelServer({
    ...{ kind: "llama-server", models: [{ name: "small-coder", window: 16_384, loaded: true, tools: true }] },
    reply: ({ step, tools, transcript }) => ({
      promptTokens: "counted",
      ...(step > 0
        ? { text: [`It says ${transcript.at(-1)?.replace(/^tool: /, "")}.`] }
        : tools.includes("birds__tell")
          ? { toolCalls: [{ name: "birds__tell", args: {} }] }
          : { text: ["There is no such server."] }),
    }),
  });
  office = await openOffice();
  await office.host.api("POST", "/local-models/endpoints", { name: "Workshop", url: server.root });
  await agentReady(office.host, "hearth");
});
afterEach(async () => {
  await office?.close();
  await server?.close();
});

it("calls a server that was switched on in the middle of a chat, after a question, and none that was switched off", async () => {
  const { at, complaints } = await office.desk();
  await at.choose("Agent", /^Hearth/);
  await at.send("Which bird?");
  await at.sees("There is no such server.");
  await at.idle();

  const file = path.join(office.place.root, "config/mcp.json");
  writeFileSync(file, JSON.stringify({ mcpServers: { birds: toolServer() } }));
  const { servers } = await office.host.api<McpList>("GET", "/mcp/servers");
  await office.host.api("POST", "/mcp/servers/birds/approve", { hash: servers[0]?.hash });
  // Started once: what a first start reads lies in memory by then, also on a slow machine.
  await office.host.api("POST", "/mcp/servers/birds/check");
  await at.send("And now?");
  await at.answer(/Call the tool tell of the MCP server birds/, /^Session/);
  await at.sees("It says kittiwake.");
  await at.idle();
  await at.send("Once more");
  await until(async () => (await at.page.getByText("It says kittiwake.").count()) === 2, "the answer without a question");
  await at.idle();

  await office.host.api("POST", "/mcp/servers/birds/withdraw");
  await at.send("And in the end?");
  await until(async () => (await at.page.getByText("There is no such server.").count()) === 2, "the answer without the server");
  expect(complaints).toEqual([]);
});
