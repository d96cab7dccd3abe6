import { expect, it } from "vitest";
import type { Agent } from "./contract/agents.ts";
import { isAgentCalled, shelvesOf } from "./agent-shelves.ts";

const agent = (id: string, more: Partial<Agent> = {}): Agent => ({
  id,
  label: id.toUpperCase(),
  description: "An agent",
  homepage: null,
  installHint: null,
  package: null,
  install: null,
  keys: [],
  licence: null,
  wellKnown: false,
  found: "no",
  forPractice: false,
  signIn: [],
  tui: null,
  source: "built-in",
  enabled: true,
  status: "unavailable",
  askingSince: null,
  reason: null,
  version: null,
  path: null,
  checkedAt: null,
  options: { models: [], modes: [], thinkingLevels: [], commands: [] },
  asks: "yes",
  changedUnaskedAt: null,
  policyModes: {},
  looseModes: {},
  ...more,
});
const ids = (agents: readonly Agent[]): string[] => agents.map((one) => one.id);

it("puts what is here first, ready before the rest and practice last, then the known few, then all else", () => {
  const shelves = shelvesOf([
    agent("practice", { found: "yes", forPractice: true, status: "ready" }),
    agent("known", { wellKnown: true }),
    agent("partly", { found: "partly" }),
    agent("other"),
    agent("mine", { source: "user" }),
    agent("untried", { found: "yes", status: "loading" }),
    agent("ready", { found: "yes", status: "ready", wellKnown: true }),
  ]);
  expect(ids(shelves.here)).toEqual(["ready", "untried", "partly", "mine", "practice"]);
  expect(ids(shelves.known)).toEqual(["known"]);
  expect(ids(shelves.others)).toEqual(["other"]);
});

it("finds an agent by words of its name or description, in any order", () => {
  const kimi = agent("kimi", { label: "Kimi CLI", description: "Moonshot AI's agent" });
  expect(["kimi", "moonshot cli", ""].map((words) => isAgentCalled(kimi, words))).toEqual([true, true, true]);
  expect(isAgentCalled(kimi, "kimi grok")).toBe(false);
});
