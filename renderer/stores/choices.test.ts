import { describe, expect, it } from "vitest";
import { aRun } from "./chat-fixture.ts";
import { beginChoice, runChoiceOf, withAgent, withOption } from "./choices.ts";

const defaults = { modelId: null, modeId: null, thinkingLevel: null };
const fallback = { agentId: "practice", byAgent: {} };

describe("choices", () => {
  it("begins with what was chosen, else the last run's, else the fallback", () => {
    const lastRun = aRun("r", { agentId: "qwen", requestedModelId: "m1", modeId: "plan" });
    expect(runChoiceOf(beginChoice(undefined, null, fallback))).toEqual({ agentId: "practice", ...defaults });
    expect(runChoiceOf(beginChoice(undefined, lastRun, fallback))).toEqual({
      agentId: "qwen",
      modelId: "m1",
      modeId: "plan",
      thinkingLevel: null,
    });
    expect(runChoiceOf(beginChoice({ agentId: "opencode", byAgent: {} }, lastRun, fallback)).agentId).toBe("opencode");
  });

  it("the model the agent chose by itself isn't a choice of the person", () => {
    const lastRun = aRun("r", { agentId: "qwen", requestedModelId: null, resolvedModelId: "big" });
    expect(runChoiceOf(beginChoice(undefined, lastRun, fallback)).modelId).toBeNull();
  });

  it("keeps each agent's own options while switching", () => {
    const one = withOption({ agentId: "a", byAgent: {} }, { modelId: "m" });
    const two = withOption(withAgent(one, "b"), { modeId: "code" });
    expect(runChoiceOf(two)).toEqual({ agentId: "b", modelId: null, modeId: "code", thinkingLevel: null });
    expect(runChoiceOf(withAgent(two, "a"))).toEqual({ agentId: "a", modelId: "m", modeId: null, thinkingLevel: null });
    expect(runChoiceOf(withOption(withAgent(two, "a"), { modelId: null })).modelId).toBeNull();
  });
});
