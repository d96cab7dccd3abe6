import { describe, expect, it } from "vitest";
import type { Agent } from "../../shared/contract/agents.ts";
import { fallbackAgentId, fallbackChoice } from "./fallback-agent.ts";

const agent = (id: string, status: Agent["status"] = "ready", enabled = true): Agent => ({
  id,
  label: id,
  description: "",
  homepage: null,
  installHint: null,
  package: null,
  install: null,
  keys: [],
  licence: null,
  wellKnown: false,
  found: "yes",
  forPractice: id === "practice",
  signIn: [],
  tui: null,
  askingSince: null,
  source: "built-in",
  enabled,
  status,
  reason: null,
  version: null,
  path: null,
  checkedAt: null,
  asks: "yes",
  changedUnaskedAt: null,
  policyModes: {},
  looseModes: {},
  options: { models: [], modes: [], thinkingLevels: [], commands: [] },
});

describe("a new chat", () => {
  const own = { agentId: "qwen", modelId: "m", modeId: null, thinkingLevel: "low" };

  it("begins as the project's do, unless that agent is switched off or gone", () => {
    const { agentId, ...options } = own;
    expect(fallbackChoice(own, "opencode", [], [agent("opencode"), agent("qwen")])).toEqual({
      agentId,
      byAgent: { qwen: options },
    });
    const off = [agent("opencode"), agent("qwen", "ready", false)];
    expect(fallbackChoice(own, null, [], off)).toEqual({ agentId: "opencode", byAgent: {} });
    expect(fallbackChoice(undefined, "opencode", [], off)).toEqual({ agentId: "opencode", byAgent: {} });
  });
});

describe("fallback agent", () => {
  it.each<[string, string, string | null, string[], Agent[]]>([
    ["the person's default", "qwen", "qwen", ["opencode"], [agent("opencode"), agent("qwen")]],
    [
      "who was here, when the default is off",
      "opencode",
      "qwen",
      ["qwen", "opencode"],
      [agent("opencode"), agent("qwen", "ready", false)],
    ],
    ["the first that is ready", "qwen", null, [], [agent("practice"), agent("opencode", "unavailable"), agent("qwen")]],
    ["the first that is there, before it was asked", "qwen", null, [], [agent("practice"), agent("qwen", "loading")]],
    ["the practice agent, when nobody else is ready", "practice", null, [], [agent("opencode", "signed_out"), agent("practice")]],
    ["somebody, before the agents are known", "practice", null, [], []],
  ])("is %s", (_name, id, byDefault, here, agents) => expect(fallbackAgentId(byDefault, here, agents)).toBe(id));
});
