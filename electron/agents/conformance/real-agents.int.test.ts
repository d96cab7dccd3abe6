import path from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { openAgentKit, type AgentKit } from "../../testing/agent-kit.ts";
import { startModelServer, type ModelServer } from "../../testing/model-server.ts";
import { plainWordsModel } from "../../testing/plain-words-model.ts";
import { findRealAgent, offlineEnv, prepareAgentHome } from "../../testing/real-agents.ts";
import { value } from "../../testing/value-of.ts";

let kit: AgentKit;
let model: ModelServer;
afterEach(async () => {
  await kit.dispose();
  await model.close();
});

// The scripted model is one of a kind, and opencode knows that it sees no images.
const ways = [
  { agentId: "opencode", protocol: "acp", others: { images: "no" } },
  { agentId: "opencode", protocol: "opencode", others: { images: "no", load: "untried" } },
  { agentId: "qwen", protocol: "acp", others: {} },
  { agentId: "claude", protocol: "claude-sdk", others: { models: "yes", load: "untried", "side-by-side": "untried" } },
] as const;

describe.each(ways)("the real $agentId, spoken with by $protocol", ({ agentId, protocol, others }) => {
  it.runIf(findRealAgent(agentId) !== null)("is what a conformance run finds", { timeout: 300_000 }, async () => {
    model = await startModelServer(plainWordsModel(agentId));
    kit = openAgentKit();
    const shell = { env: prepareAgentHome(path.join(kit.dir, "home"), model.url), source: "shell" as const, problem: null };
    kit.deps.shell.get = async () => shell;
    kit.deps.shell.known = () => shell;
    kit.agents.patchConfig({ [agentId]: { protocol, env: offlineEnv[agentId](model.url) } });
    const found: Record<string, string> = {};
    for await (const event of await value(kit.agents.prove({ id: agentId }))) {
      if (event.type === "line") found[event.line.step] = event.line.truth;
      if (event.type === "proof") expect(event.proof).toMatchObject({ agentId, protocol });
    }
    const everything = Object.fromEntries(Object.keys(found).map((step) => [step, "yes"]));
    expect(found).toEqual({ ...everything, models: "untried", ...others });
  });
});
