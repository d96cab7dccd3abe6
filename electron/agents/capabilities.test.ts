import { describe, expect, it } from "vitest";
import type { Agent } from "../../shared/contract/agents.ts";
import type { AgentFacts } from "../store/agent-facts.ts";
import { capabilitiesOf, listModels } from "./capabilities.ts";
import { isStale } from "./status.ts";

const agent: Agent = {
  id: "a",
  label: "A",
  description: "",
  homepage: null,
  installHint: null,
  package: null,
  install: null,
  keys: [],
  licence: null,
  wellKnown: false,
  found: "yes",
  forPractice: false,
  signIn: [],
  tui: null,
  askingSince: null,
  source: "built-in",
  enabled: true,
  status: "ready",
  reason: null,
  version: "1",
  path: "/a",
  checkedAt: null,
  asks: "yes",
  changedUnaskedAt: null,
  policyModes: {},
  looseModes: {},
  options: { models: [{ id: "m", name: "M" }], modes: [], thinkingLevels: [], commands: [] },
};

describe("what agents told", () => {
  it("lists models, active only where their agent can be chosen", () => {
    expect(listModels([agent, { ...agent, id: "b", status: "unavailable" }])).toEqual([
      { id: "m", label: "M", agentId: "a", active: true },
      { id: "m", label: "M", agentId: "b", active: false },
    ]);
  });

  it("says null for what hasn't been told, and not false", () => {
    expect(capabilitiesOf(agent, null, null)).toMatchObject({
      resume: null,
      load: null,
      images: null,
      models: null,
      commands: null,
    });
  });

  it("tells what the handshake told; what an earlier Hearth stored otherwise counts as not told", () => {
    const facts: AgentFacts = {
      agentId: "a",
      fingerprint: "",
      version: null,
      status: "ready",
      reason: null,
      checkedAt: 1,
      changedUnaskedAt: null,
      options: agent.options,
      capabilities: { resume: true, replay: true, images: false, details: [] },
    };
    expect(capabilitiesOf(agent, facts, null)).toMatchObject({
      resume: true,
      load: true,
      images: false,
      models: true,
      modes: false,
    });
    const earlier = { ...facts, capabilities: { agentCapabilities: { loadSession: true } } };
    expect(capabilitiesOf(agent, earlier, null)).toMatchObject({ resume: null, load: null, images: null });
    expect(isStale(earlier, { path: "/a", how: "", fingerprint: "", version: null }, 1)).toBe(true);
    expect(isStale(facts, { path: "/a", how: "", fingerprint: "", version: null }, 1)).toBe(false);
  });
});
