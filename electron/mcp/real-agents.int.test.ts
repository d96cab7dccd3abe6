import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../testing/agent-kit.ts";
import { openMcpBench, toolServer, type McpBench } from "../testing/mcp-bench.ts";
import { startModelServer, type ModelServer } from "../testing/model-server.ts";
import { plainWordsModel } from "../testing/plain-words-model.ts";
import { until } from "../testing/until.ts";
import { findRealAgent, offlineEnv, prepareAgentHome } from "../testing/real-agents.ts";

let kit: AgentKit;
let model: ModelServer;
let bench: McpBench;
afterEach(async () => {
  await kit?.dispose();
  await model?.close();
  await bench?.run.dispose();
});

const ways = [
  { agentId: "opencode", protocol: "acp", env: {} },
  { agentId: "opencode", protocol: "opencode", env: {} },
  // Its model would have to search for tools first, otherwise.
  { agentId: "claude", protocol: "claude-sdk", env: { ENABLE_TOOL_SEARCH: "false" } },
] as const;

describe.each(ways)("the real $agentId, spoken with by $protocol", ({ agentId, protocol, env }) => {
  const name =
    "calls a tool of a server that Hearth runs, two chats of it by one process, and gets nothing in an untrusted project";
  it.runIf(findRealAgent(agentId) !== null)(name, { timeout: 300_000 }, async () => {
    bench = openMcpBench();
    bench.write({ birds: toolServer([], { shared: true, env: { WORD: "wagtail4711" } }) });
    await bench.approve("birds");
    model = await startModelServer(plainWordsModel(agentId));
    let isTrusted = true;
    kit = openAgentKit({ mcpServers: bench.given, isTrusted: async () => isTrusted });
    const shell = { env: prepareAgentHome(path.join(kit.dir, "home"), model.url), source: "shell" as const, problem: null };
    kit.deps.shell.get = async () => shell;
    kit.deps.shell.known = () => shell;
    kit.agents.patchConfig({ [agentId]: { protocol, env: { ...offlineEnv[agentId](model.url), ...env } } });
    const said = async (chatId: string): Promise<string> => {
      const host = new TestHost();
      const session = await kit.open(host, agentId, chatId);
      const words = "Call the tool tell once and answer with what it returns and nothing else.";
      const turn = await session.prompt(textPrompt(words));
      expect(turn.ok ? "ended" : turn.error.message).toBe("ended");
      return host.text;
    };
    // Some take their first turn while they still connect.
    for (const chatId of ["chat-1", "chat-2"])
      await until(async () => (await said(chatId)).includes("wagtail4711"), `the tool in ${chatId}`, 100_000);
    expect(bench.run.children.list()).toHaveLength(1);
    await kit.agents.backend.closeChat("chat-1");
    await kit.agents.backend.closeChat("chat-2");
    isTrusted = false;
    expect(await said("chat-3")).not.toContain("wagtail4711");
  });
});
