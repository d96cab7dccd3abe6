import { describe, expect, it } from "vitest";
import { runEvent, runEventPayloads, type RunEventType } from "./run-event.ts";

/** What programs outside read. Fields may be added; none of these may be renamed, dropped or left out. */
type Fields = { always: Record<string, unknown>; sometimes?: Record<string, unknown> };

const delta: Fields = { always: { text: "Hi" }, sometimes: { messageId: "m1" } };
const snapshot: Fields = {
  always: {
    id: "call_1",
    kind: "edit",
    title: "Edit a.ts",
    status: "completed",
    locations: [{ path: "a.ts", line: 3 }],
    diff: [
      { path: "a.ts", oldText: "one", newText: "two" },
      { path: "b.ts", oldText: null, newText: "new" },
    ],
  },
  sometimes: { input: { path: "a.ts" }, output: "done", terminal: "term_1" },
};
const usage: Fields = {
  always: { input: 10, cached: 4, output: 2, reasoning: 1 },
  sometimes: { cost: 0.02, contextUsed: 12, contextSize: 200_000 },
};
const end: Fields = {
  always: {
    timings: { create: 1, workingCopyReady: 2, agentReady: 3, firstEvent: 4, firstToken: 5, total: 6 },
    usage: { ...usage.always, ...usage.sometimes },
  },
  sometimes: { stopReason: "end_turn", code: "STALLED", message: "Quiet for 120 s" },
};
const question: Fields = { always: { questionId: "qst_1", kind: "elicitation", message: "Which?" } };

const payloads: [RunEventType, Fields][] = [
  ["assistant.delta", delta],
  ["reasoning.delta", delta],
  ["plan.updated", { always: { entries: [{ content: "Read", priority: "high", status: "pending" }] } }],
  ["tool.started", snapshot],
  ["tool.updated", snapshot],
  ["tool.completed", snapshot],
  [
    "tool.failed",
    {
      always: {
        ...snapshot.always,
        status: "failed",
        code: "PATCH_FAILED",
        message: "No such text",
        diagnostics: { failures: 2 },
      },
      sometimes: { ...snapshot.sometimes, fields: ["oldText"] },
    },
  ],
  [
    "permission.requested",
    {
      always: {
        permissionId: "perm_1",
        title: "Write a.ts",
        action: {
          kind: "edit",
          command: "tee a.ts",
          cwd: "/work",
          paths: ["a.ts"],
          diff: [{ path: "a.ts", oldText: null, newText: "x" }],
        },
        options: [{ optionId: "y", kind: "allow_once", name: "Yes" }],
      },
      sometimes: { toolCallId: "call_1" },
    },
  ],
  ["permission.resolved", { always: { permissionId: "perm_1", outcome: "allowed", by: "person" }, sometimes: { optionId: "y" } }],
  [
    "permission.decided",
    {
      always: {
        permissionId: "perm_1",
        title: "Write a.ts",
        action: { kind: "edit", paths: ["a.ts"] },
        outcome: "rejected",
        by: "policy:plan",
      },
      sometimes: { toolCallId: "call_1" },
    },
  ],
  ["question.requested", { ...question, sometimes: { schema: { type: "object", properties: {} } } }],
  ["question.requested", { ...question, sometimes: { options: [{ value: "a", label: "A" }] } }],
  ["usage.updated", usage],
  ["notice", { always: { kind: "retry", message: "Again" } }],
  ["revision.created", { always: { revisionId: "rev_1" } }],
  ["checkpoint.created", { always: { checkpointId: "chk_1", kind: "after-run" } }],
  ["run.completed", end],
  ["run.failed", end],
  ["run.cancelled", end],
  ["run.interrupted", end],
];

describe("run event payloads", () => {
  it.each(payloads)("%s has the published names, and only the optional ones may be absent", (type, { always, sometimes }) => {
    const schema = runEventPayloads[type];
    const whole = { ...always, ...sometimes };
    expect(schema.parse(whole)).toEqual(whole);
    expect(schema.parse(always)).toEqual(always);
    for (const name of Object.keys(always)) {
      const { [name]: _left, ...rest } = always;
      expect(schema.safeParse(rest).success, name).toBe(false);
    }
  });

  it("an event's envelope has the published names", () => {
    const event = {
      seq: 1,
      cursor: 7,
      runId: "run_1",
      type: "notice",
      at: "2026-01-01T00:00:00.000Z",
      payload: { kind: "stall", message: "quiet" },
      diagnostics: { why: "x" },
    };
    expect(runEvent.parse(event)).toEqual(event);
  });

  it.each([
    "TOOL_INPUT_VALIDATION_FAILED",
    "POLICY_VIOLATION",
    "PATCH_FAILED",
    "PERMISSION_DENIED",
    "TIMED_OUT",
    "CANCELLED",
    "EXECUTION_FAILED",
  ])("a tool fails with %s", (code) => {
    expect(runEventPayloads["tool.failed"].shape.code.parse(code)).toBe(code);
  });
});
