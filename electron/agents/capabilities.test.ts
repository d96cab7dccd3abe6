import { describe, expect, it } from "vitest";
import type { Agent } from "../../shared/contract/agents.ts";
import type { AgentFacts } from "../store/agent-facts.ts";
import { capabilitiesOf, listModels } from "./capabilities.ts";

const agent: Agent = {
  id: "a",
  label: "A",
  description: "",
  homepage: null,
  installHint: null,
  source: "built-in",
  enabled: true,
  status: "ready",
  reason: null,
  version: "1",
  path: "/a",
  checkedAt: null,
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
    expect(capabilitiesOf(agent, null)).toMatchObject({ resume: null, load: null, images: null, models: null, commands: null });
  });

  it("reads an initialize answer, whatever else is in it", () => {
    const facts: AgentFacts = {
      agentId: "a",
      fingerprint: "",
      version: null,
      status: "ready",
      reason: null,
      checkedAt: 1,
      options: agent.options,
      capabilities: {
        protocolVersion: 1,
        agentCapabilities: {
          loadSession: true,
          sessionCapabilities: { resume: {}, list: {} },
          promptCapabilities: { audio: true },
        },
      },
    };
    expect(capabilitiesOf(agent, facts)).toMatchObject({ resume: true, load: true, images: false, models: true, modes: false });
  });
});
