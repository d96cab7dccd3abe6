import { expect, it } from "vitest";
import { nearest } from "./nearest.ts";

const known = ["id", "paths", "dryRun", "modelId", "idempotencyKey"];

it.each([
  ["dryrun", "dryRun"],
  ["dry_run", "dryRun"],
  ["path", "paths"],
  ["model_id", "modelId"],
  ["modleId", "modelId"],
  ["idempotency-key", "idempotencyKey"],
  ["hunks", null],
  ["toString", null],
  ["__proto__", null],
  ["", null],
])("takes %j for %j", (written, meant) => {
  expect(nearest(written, known)).toBe(meant);
});
