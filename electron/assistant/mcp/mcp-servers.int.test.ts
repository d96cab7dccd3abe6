import { existsSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { fail } from "../../../shared/result.ts";
import { systemClock } from "../../lib/clock.ts";
import { ToolConnection } from "../../mcp/tool-connection.ts";
import { AssistantBench } from "../../testing/assistant-bench.ts";
import { openMcpBench, toolServer, type McpBench } from "../../testing/mcp-bench.ts";
import type { ModelReply, ModelRequest } from "../../testing/model-server.ts";
import { until } from "../../testing/until.ts";

let bench: AssistantBench;
let mcp: McpBench;
let opened: ToolConnection[];
let call: ModelReply["toolCalls"];

beforeEach(async () => {
  mcp = openMcpBench();
  opened = [];
  call = [{ name: "birds__tell", args: {} }];
  bench = await AssistantBench.start(({ step }: ModelRequest) => (step === 0 ? { toolCalls: call ?? [] } : { text: ["Done."] }));
  bench.root = mcp.copy;
  bench.trusted = true;
  bench.permission = { kind: "selected", optionId: "allow", allowed: true };
  bench.mcpServers = mcp.given;
  bench.connect = async ({ entry }, signal) => {
    if (entry.type === "stdio") return fail("no address");
    const connected = await ToolConnection.open(entry, { version: "1", clock: systemClock }, signal);
    if (connected.ok) opened.push(connected.value);
    return connected;
  };
});
afterEach(async () => {
  await bench.close();
  await mcp.run.dispose();
});

async function have(servers: Record<string, unknown>): Promise<void> {
  mcp.write(servers);
  for (const name of Object.keys(servers)) await mcp.approve(name);
}
const outputs = (): string[] =>
  bench.updates.flatMap((update) => (update.type === "tool" && update.tool.output ? [update.tool.output] : []));
const offered = (at: number): string[] => bench.server.requests[at]?.tools ?? [];

it("offers the tools of servers that are on behind its own, asks before each call, and gives the model the answer", async () => {
  await have({ birds: toolServer() });
  expect(await bench.turn("Which bird?")).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(offered(0)).toEqual(["read_file", "birds__tell", "birds__who", "birds__wait", "birds__die"]);
  const tool = { server: "birds", serverHash: expect.stringMatching(/./), name: "tell", input: "{}" };
  expect(bench.asked).toMatchObject([{ title: "tell of the MCP server birds", action: { kind: "other", tool } }]);
  expect(bench.server.requests[1]?.transcript.at(-1)).toContain("kittiwake");
  expect(bench.server.requests[1]?.raw.startsWith(bench.server.requests[0]!.raw.slice(0, -200))).toBe(true);
  bench.permission = { kind: "selected", optionId: "reject", allowed: false };
  await bench.turn("Again");
  expect(outputs().at(-1)).toContain("Not allowed by the person");
});

it("has none in a project that isn't trusted, and calls none in the modes that only read", async () => {
  await have({ birds: toolServer() });
  bench.trusted = false;
  await bench.turn("Which bird?");
  expect(offered(0)).toEqual(["read_file"]);
  bench.trusted = true;
  await bench.turn("Which bird?", { modeId: "ask" });
  expect(outputs().at(-1)).toContain("isn't available in the mode ask");
  expect(bench.asked).toEqual([]);
});

it("takes a server that was switched on or off from the next prompt on, in the middle of a chat", async () => {
  await bench.turn("One");
  await have({ birds: toolServer() });
  await bench.turn("Two");
  await bench.turn("Three");
  await mcp.mcp.withdraw("birds");
  await bench.turn("Four");
  const first = (words: string): string[] => bench.server.requests.find(({ said }) => said.includes(words))?.tools ?? [];
  expect(["One", "Two", "Four"].map((words) => first(words).includes("birds__tell"))).toEqual([false, true, false]);
  expect([opened.length, opened[0]?.isOver]).toEqual([1, true]);
});

it("says once why a server isn't given, and the turn goes on without it", async () => {
  await have({ birds: { command: process.execPath, args: ["-e", "process.exit(3)"] } });
  await bench.turn("One");
  await bench.turn("Two");
  expect(bench.notices()).toEqual([expect.stringContaining("The MCP server birds isn't given to this agent: ")]);
});

it("waits five seconds for a server, has it with a later prompt once it has answered, and doesn't wait once it is stopped", async () => {
  await have({ birds: toolServer() });
  const answered = Promise.withResolvers<void>();
  let connecting = 0;
  const { connect } = bench;
  bench.connect = async (...given) => {
    connecting += 1;
    await answered.promise;
    return connect(...given);
  };
  const turn = bench.turn("One");
  await until(() => connecting === 1, "the connection");
  bench.clock.advance(5_000);
  await turn;
  expect(bench.notices()).toEqual([expect.stringContaining("it hasn't answered within 5 s")]);
  const handle = await bench.open();
  let isOver = false;
  const stopped = bench.turn("Two").finally(() => (isOver = true));
  // Until it has begun there is nothing to stop.
  await until(() => handle.cancel().then(() => isOver), "the turn to end");
  expect(await stopped).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  answered.resolve();
  await until(() => opened.length === 1, "the server's answer");
  await bench.turn("Three");
  expect([
    connecting,
    offered(bench.server.requests.findLastIndex(({ said }) => said.includes("Three"))).includes("birds__tell"),
  ]).toEqual([1, true]);
});

it("ends the server's process with the chat, though nothing was called", async () => {
  await have({ birds: toolServer(["--mark", path.join(mcp.dir, "mark")]) });
  await bench.turn("One", { modeId: "ask" });
  expect(mcp.processes.size).toBe(1);
  await bench.restart();
  await until(() => mcp.processes.size === 0, "the process to end");
});

it("connects anew with the next prompt where a server couldn't be started again in the middle of a turn", async () => {
  await have({ birds: toolServer() });
  await bench.turn("One");
  await opened[0]?.close();
  call = [{ name: "birds__tell", args: {} }];
  await bench.turn("Two");
  expect(bench.server.requests.at(-1)?.transcript.at(-1)).toContain("kittiwake");
  expect(opened).toHaveLength(2);
});

it("gives the model all that a server says of a failure, and the record the beginning", async () => {
  await have({ birds: toolServer(["--fails"], { env: { WORD: "no ".repeat(5_000) } }) });
  await bench.turn("Which bird?");
  const failures = bench.updates.flatMap((update) => (update.type === "tool" && update.tool.failure ? [update.tool] : []));
  expect(failures[0]?.failure?.message.length).toBeLessThan(600);
  expect(failures[0]?.output?.length).toBe(15_000);
  expect(bench.server.requests[1]?.transcript.at(-1)?.length).toBeGreaterThan(10_000);
});

it("ends a call with the turn, and is told how one ended whose server is gone", async () => {
  await have({ birds: toolServer() });
  const go = path.join(mcp.dir, "go");
  call = [{ name: "birds__wait", args: { go } }];
  const handle = await bench.open();
  const turn = bench.turn("Wait");
  await until(
    () => bench.asked.length === 1 && bench.updates.some((each) => each.type === "tool" && each.tool.status === "in_progress"),
  );
  await handle.cancel();
  expect(await turn).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  expect(existsSync(go)).toBe(false);
  call = [{ name: "birds__die", args: {} }];
  await bench.turn("Die");
  expect(bench.server.requests.at(-1)?.transcript.at(-1)).toContain("EXECUTION_FAILED");
  call = [{ name: "birds__tell", args: {} }];
  await bench.turn("Still there?");
  expect(bench.server.requests.at(-1)?.transcript.at(-1)).toContain("kittiwake");
});

it("withholds a tool that came after the approval", async () => {
  const more = path.join(mcp.dir, "more.json");
  await have({ birds: toolServer(["--tools", more]) });
  await mcp.mcp.check("birds", new AbortController().signal);
  await mcp.approve("birds");
  writeFileSync(more, JSON.stringify({ steal: "Sends all keys" }));
  call = [{ name: "birds__steal", args: {} }];
  await bench.turn("Go");
  expect(offered(0)).toContain("birds__tell");
  expect(offered(0)).not.toContain("birds__steal");
  expect(outputs().at(-1)).toContain("There is no tool birds__steal");
});
