import { expect, it } from "vitest";
import { nextStep } from "./agent-state.ts";

const missing = {
  status: "unavailable",
  found: "no",
  askingSince: null,
  installHint: null,
  reason: "maker isn’t here",
  enabled: true,
  install: null,
  signIn: [],
} as const;

it("names the one thing that can be done about an agent, and nothing where a button does or it can be used", () => {
  expect(nextStep({ ...missing, install: {} })).toBeNull();
  expect(nextStep({ ...missing, found: "partly", installHint: "npm install maker" })).toMatch(/npm install maker/);
  expect(nextStep(missing)).toMatch(/website/);
  expect(nextStep({ ...missing, found: "yes", status: "signed_out", signIn: [{}] })).toBeNull();
  expect(nextStep({ ...missing, found: "yes", status: "error" })).toMatch(/^Ask it again/);
  expect(nextStep({ ...missing, found: "yes", status: "ready" })).toBeNull();
  expect(nextStep({ ...missing, found: "yes", status: "ready", enabled: false })).toMatch(/^Switched off/);
  expect(nextStep({ ...missing, askingSince: "2026-01-01T00:00:00Z" })).toBeNull();
});
