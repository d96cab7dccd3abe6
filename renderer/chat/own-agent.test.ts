import { expect, it } from "vitest";
import type { Agent } from "../../shared/contract/agents.ts";
import { ownAgentToOffer } from "./own-agent.ts";

function own(more: Partial<Agent>, models = 2): Agent {
  const options = { models: Array.from({ length: models }, (_, at) => ({ id: `m${at}`, name: `M${at}` })) };
  return { id: "hearth", enabled: true, status: "ready", options, ...more } as Agent;
}

it("is offered where it could be asked", () => {
  expect(ownAgentToOffer([own({})], "practice")).toEqual({ models: 2 });
});

it.each([
  ["is chosen", [own({})], "hearth"],
  ["has no model", [own({}, 0)], "practice"],
  ["isn't ready", [own({ status: "unavailable" })], "practice"],
  ["is switched off", [own({ enabled: false })], "practice"],
  ["isn't there", [], "practice"],
])("isn't where it %s", (_, agents, chosen) => {
  expect(ownAgentToOffer(agents, chosen)).toBeNull();
});
