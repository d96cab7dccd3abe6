import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { childEnvironment } from "../../../electron/agents/child-environment.ts";
import { argsFor } from "../../../electron/agents/definition.ts";
import { builtInAgents } from "../../../electron/agents/catalog.ts";
import { findProgram } from "../../../electron/lib/find-program.ts";
import { startModelServer } from "../../../electron/testing/model-server.ts";
import { findRealAgent, offlineEnv, prepareAgentHome, type RealAgent } from "../../../electron/testing/real-agents.ts";
import { until } from "../../../electron/testing/until.ts";
import { createWorkPlace } from "../../kit/work-place.ts";
import type { Launch } from "./bare-agent.ts";
import { connectClient, type Client } from "./client.ts";
import { root, startBuiltHost } from "./host.ts";

/** The agents that are there: the practice agent always, the real ones where npm could bring them. */
export const benchAgents: readonly string[] = [
  ...(["opencode", "qwen"] as const).filter((agent) => findRealAgent(agent) !== null),
  "practice",
];

/** One agent in Hearth with a warm chat, and the same agent's launch, until `close`. */
export type AgentBench = {
  launch: Launch;
  repo: string;
  /** A client that watches the chat and another that calls: prompt call → first word there, in ms; resolves at the end. */
  turn(text: string): Promise<number>;
  close(): Promise<void>;
};

export async function openAgentBench(agentId: string): Promise<AgentBench> {
  const model = await startModelServer(() => ({ text: ["One", " two", " three."] }));
  const place = await createWorkPlace();
  const home = prepareAgentHome(place.home, model.url);
  const hostEnv = { ...place.hostEnv, ...home };
  const own = isReal(agentId) ? offlineEnv[agentId](model.url) : {};
  const config = path.join(place.root, "config");
  mkdirSync(config, { recursive: true });
  writeFileSync(path.join(config, "agents.json"), JSON.stringify({ [agentId]: { env: own } }));
  // A login shell sets PATH anew; a person's profile is where the folders of their programs come from.
  writeFileSync(path.join(place.home, ".profile"), `export PATH='${home["PATH"]}'\n`);
  const host = await startBuiltHost(hostEnv);
  const caller = await connectClient(host);
  const watcher = await connectClient(host);
  const chat = await openChat(caller, place.repo, agentId);
  const feed = await watchChat(watcher, chat.id);
  return {
    launch: launchOf(agentId, hostEnv, own),
    repo: place.repo,
    async turn(text) {
      const begun = performance.now();
      const first = feed.nextWord();
      const { id } = await caller.rpc.runs.create({ chatId: chat.id, agentId, prompt: text });
      const ms = (await first) - begun;
      await until(async () => (await caller.rpc.runs.get({ id })).endedAt !== null, "the turn's end", 60_000);
      return ms;
    },
    async close() {
      caller.close();
      watcher.close();
      await host.stop();
      await model.close();
      place.dispose();
    },
  };
}

function isReal(agentId: string): agentId is RealAgent {
  return agentId === "opencode" || agentId === "qwen";
}

/** As Hearth starts it. */
function launchOf(agentId: string, shell: Record<string, string>, own: Record<string, string>): Launch {
  const practice = { command: process.execPath, args: [path.join(root, "out/main/practice-agent.js")] };
  const definition = builtInAgents(practice, path.join(root, "out/main/opencode-plugin.js")).find(
    (agent) => agent.id === agentId,
  );
  if (!definition) throw new Error(`No agent ${agentId}`);
  const program = findProgram(definition.programs[0] ?? "", shell);
  if (program.path === null) throw new Error(program.reason);
  const env = childEnvironment({ ...definition, env: { ...definition.env, ...own } }, shell, program.path);
  return { command: program.path, args: [...argsFor(definition, "acp")], env };
}

async function openChat({ rpc }: Client, repo: string, agentId: string): Promise<{ id: string }> {
  const project = await rpc.projects.add({ path: repo });
  await rpc.projects.trust({ id: project.id });
  const session = await rpc.sessions.create({ projectId: project.id, workingCopy: "worktree" });
  const ready = async (): Promise<boolean> =>
    (await rpc.agents.list()).some((agent) => agent.id === agentId && agent.status === "ready");
  await until(ready, `${agentId} to be ready`, 60_000);
  return rpc.chats.create({ sessionId: session.id });
}

async function watchChat({ rpc }: Client, chatId: string): Promise<{ nextWord(): Promise<number> }> {
  const updates = await rpc.chats.watch({ id: chatId });
  let onWord: (at: number) => void = () => {};
  const read = async (): Promise<void> => {
    for await (const update of updates) {
      if (update.type !== "events") continue;
      const spoken = update.events.some(({ type }) => type === "assistant.delta" || type === "reasoning.delta");
      if (spoken) onWord(performance.now());
    }
  };
  // The feed breaks off with its connection, at the bench's end.
  read().catch(() => {});
  return { nextWord: () => new Promise((resolve) => (onWord = resolve)) };
}
