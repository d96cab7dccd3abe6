import { describe, expect, it } from "vitest";
import type { ToolSnapshot } from "../../shared/run-event.ts";
import type { TimelineItem } from "../../shared/run-fold.ts";
import type { ToolItem } from "./rows.ts";
import { exitCodeOf, saysOnlyExit, waitOf } from "./tool-time.ts";

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();
const call = (more: Partial<ToolItem> = {}, tool: Partial<ToolSnapshot> = {}): ToolItem => ({
  kind: "tool",
  key: "tool:c",
  tool: { id: "c", kind: "execute", title: "", status: "completed", locations: [], diff: [], ...tool },
  error: null,
  startedAt: at(10),
  endedAt: at(60),
  ...more,
});
const asked = (from: number, to: number | null, toolCallId = "c"): TimelineItem => ({
  kind: "permission",
  key: `perm:${from}`,
  permissionId: `${from}`,
  toolCallId,
  title: "",
  action: { kind: "execute" },
  options: [],
  at: at(from),
  outcome: to === null ? null : "allowed",
  resolvedAt: to === null ? null : at(to),
  by: null,
});

describe("how long a call waited for the person", () => {
  it("is the time from question to answer, of each that was asked for it", () => {
    expect(waitOf(call(), [asked(12, 42), asked(50, 55), asked(13, 30, "other")])).toBe(35_000);
  });

  it("doesn't count what was before the call was told of, nor what isn't answered", () => {
    expect(waitOf(call(), [asked(2, 20)])).toBe(10_000);
    expect(waitOf(call(), [asked(2, 8), asked(12, null)])).toBe(0);
  });
});

describe("how a command ended", () => {
  const error = { code: "EXECUTION_FAILED" as const, message: "", diagnostics: { exitCode: 2 } };

  it("is told where it wasn't well", () => {
    expect(exitCodeOf(call({ error }))).toBe(2);
    expect(exitCodeOf(call({}, { exitCode: 1 }))).toBe(1);
    expect(exitCodeOf(call({}, { exitCode: 0 }))).toBeNull();
    expect(exitCodeOf(call({ error: { ...error, diagnostics: { exitCode: "2" } } }))).toBeNull();
  });

  it("is no second reason", () => {
    expect(saysOnlyExit("It ended with exit code 2")).toBe(true);
    expect(saysOnlyExit("It ended with exit code 2: no such file")).toBe(false);
  });
});
