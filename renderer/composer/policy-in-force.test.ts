import { expect, it } from "vitest";
import type { Agent } from "../../shared/contract/agents.ts";
import { defaultMode, policyInForce } from "./policy-in-force.ts";

const codex: Agent = {
  id: "codex",
  label: "Codex",
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
  version: null,
  path: null,
  checkedAt: null,
  asks: "yes",
  changedUnaskedAt: null,
  policyModes: { ask: ["read-only"], plan: ["plan", "read-only"] },
  looseModes: { edits: "edits", agent: "everything" },
  options: {
    models: [],
    modes: ["read-only", "edits", "agent"].map((id) => ({ id, name: `The ${id}` })),
    thinkingLevels: [],
    commands: [],
    defaults: { modelId: null, modeId: "agent", thinkingLevel: null },
  },
};

it("takes the first offered mode of the policy for the default, else what a session opens with", () => {
  expect(defaultMode("plan", codex)).toBe("read-only");
  expect(defaultMode("full", codex)).toBe("agent");
});

it("never says Ask of a mode that doesn't ask, chosen by hand or by default", () => {
  expect(policyInForce("ask", codex, null)).toEqual({ kind: "policy" });
  expect(policyInForce("ask", codex, "agent")).toEqual({ kind: "loose-mode", modeName: "The agent" });
  expect(policyInForce("ask", codex, "edits")).toEqual({ kind: "loose-mode", modeName: "The edits" });
  expect(policyInForce("accept-edits", codex, "edits")).toEqual({ kind: "policy" });
  expect(policyInForce("accept-edits", codex, null)).toEqual({ kind: "loose-mode", modeName: "The agent" });
  expect(policyInForce("full", codex, "agent")).toEqual({ kind: "policy" });
});

it("says of an agent that it never asks, or isn't known to", () => {
  expect(policyInForce("plan", { ...codex, asks: "no" }, null)).toEqual({ kind: "never-asks" });
  expect(policyInForce("ask", { ...codex, asks: "unknown" }, null)).toEqual({ kind: "unknown" });
  expect(policyInForce("full", { ...codex, asks: "no" }, null)).toEqual({ kind: "policy" });
});
