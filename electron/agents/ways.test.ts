import { describe, expect, it } from "vitest";
import type { ProofLine, ProofStep, ProofTruth } from "../../shared/contract/agent-proofs.ts";
import { builtInAgents } from "./catalog.ts";
import { growsByTurns } from "./conformance/talk-steps.ts";
import type { AgentDefinition } from "./definition.ts";
import { asksOf, offeredBy, waysOf } from "./ways.ts";

const [known] = builtInAgents({ command: "node", args: [] }, "/plugin.mjs");
const proved = (truths: Partial<Record<ProofStep, ProofTruth>>): ProofLine[] =>
  Object.entries(truths).map(([step, truth]) => ({
    ...{ step: step as ProofStep, truth, label: "", advertised: null, evidence: "", hearth: "" },
  }));
const definition = (more: Partial<AgentDefinition>): AgentDefinition => {
  if (!known) throw new Error("The catalogue is empty");
  return { ...known, ...more };
};

describe("how Hearth goes about an agent", () => {
  it("is by what the catalogue says, until a conformance run tells", () => {
    expect(waysOf(definition({ shares: true }), [])).toEqual({ shares: true, restore: ["resume", "load"], usage: "per-turn" });
    expect(waysOf(definition({ shares: true }), proved({ "side-by-side": "no" })).shares).toBe(false);
    expect(waysOf(definition({ shares: false }), proved({ "side-by-side": "yes" })).shares).toBe(true);
    expect(waysOf(definition({ shares: true }), proved({ "side-by-side": "untried" })).shares).toBe(true);
    expect(waysOf(definition({}), proved({ resume: "no", load: "yes" })).restore).toEqual(["load"]);
    expect(waysOf(definition({}), proved({ resume: "untried", load: "no" })).restore).toEqual(["resume"]);
    expect(waysOf(definition({}), proved({ resume: "no", load: "no" })).restore).toEqual([]);
    expect(waysOf(definition({}), proved({ "usage-per-turn": "no" })).usage).toBe("cumulative");
  });

  it("is by the person's word before anything else", () => {
    const own = definition({ shares: true, sharesByPerson: true });
    expect(waysOf(own, proved({ "side-by-side": "no" })).shares).toBe(true);
    expect(waysOf({ ...own, shares: false }, proved({ "side-by-side": "yes" })).shares).toBe(false);
  });

  it("knows that it asks only where it was seen to ask for edits and commands", () => {
    const { enforcement } = definition({});
    const unknown = definition({ enforcement: { ...enforcement, asks: "unknown" } });
    expect(asksOf(unknown, [])).toBe("unknown");
    expect(asksOf(unknown, proved({ "edit-allowed": "yes", command: "untried" }))).toBe("unknown");
    expect(asksOf(unknown, proved({ "edit-allowed": "yes", command: "yes" }))).toBe("yes");
    expect(asksOf(unknown, proved({ "edit-allowed": "yes", command: "no" }))).toBe("no");
    const said = definition({ enforcement: { ...enforcement, asks: "yes" } });
    expect(asksOf(said, proved({ "edit-allowed": "no" }))).toBe("yes");
  });

  it("offers no choice that the agent was seen not to take", () => {
    const choice = { id: "a", name: "A" };
    const options = { models: [choice], modes: [choice], thinkingLevels: [choice], commands: [] };
    expect(offeredBy(options, proved({ models: "no", modes: "untried" }))).toEqual({ ...options, models: [] });
  });
});

describe("numbers of three turns alike", () => {
  it.each([
    [[1000, 2000, 3000], true],
    [[1000, 1020, 1040], false],
    [[10_000, 50, 60], false],
    [[10_000, 20_000, 20_100], false],
    [[1000, 2000, null], null],
    [[0, 0, 0], null],
  ])("%j add up over the session: %s", (figures, grows) => {
    expect(growsByTurns(figures)).toBe(grows);
  });
});
