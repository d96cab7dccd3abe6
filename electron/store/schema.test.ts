import { createHash } from "node:crypto";
import { expect, it } from "vitest";
import { migrations } from "./migrations/migrations.ts";

it("R57 what a migration did never changes: a later change is a migration of its own", () => {
  const hashes = migrations.map((step) => createHash("sha256").update(step.sql).digest("hex").slice(0, 16));
  expect(hashes).toEqual([
    "4f95acdff73482ac",
    "83a168407297a0c9",
    "0bffd4b0bb13f3ce",
    "0013ec6e6bd381bf",
    "9e411358f6db7fab",
    "bae7f5b7a60a86af",
    "804e35bac83fecd1",
    "8d5c7c9a171c23ee",
    "5bb992bf05bcdae1",
    "62320401677169dc",
    "0fa3e4c91dd0f501",
    "d663f46713722e38",
    "c27375ec3c83a03e",
    "b640e9d60dbdae90",
    "c15a20679fe1c8aa",
    "530785ecae61a72a",
    "31a3d4b4c69bd832",
    "6fa1bfba1b0dec6c",
    "dcf2b858d6827199",
    "428b98988758039e",
    "8d57ee7d4d04f21f",
    "dd88f0236713fb08",
    "ffd70b90ecfc8573",
    "0d508dd90f310b60",
  ]);
});
