import { describe, expect, it } from "vitest";
import type { RunEvent, RunEventBody, RunEventPayload, ToolFailure, ToolSnapshot } from "./run-event.ts";
import { emptyTimeline, foldRun, foldRunEvent } from "./run-fold.ts";

const at = (seq: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString();

function log(...bodies: RunEventBody[]): RunEvent[] {
  return bodies.map((body, index) => ({ ...body, seq: index + 1, cursor: 100 + index, runId: "run_1", at: at(index + 1) }));
}
const say = (text: string, messageId?: string): RunEventBody => ({ type: "assistant.delta", payload: { text, messageId } });
const think = (text: string, messageId?: string): RunEventBody => ({ type: "reasoning.delta", payload: { text, messageId } });
const tool = (id: string, more: Partial<ToolSnapshot> = {}): ToolSnapshot => ({
  id,
  kind: "read",
  title: "Read",
  status: "in_progress",
  locations: [],
  diff: [],
  ...more,
});
const end: RunEventBody = { type: "run.completed", payload: { stopReason: "end_turn", timings: { total: 9 }, usage: null } };
const notice: RunEventBody = { type: "notice", payload: { kind: "stall", message: "quiet" } };
const permission: RunEventPayload<"permission.requested"> = {
  permissionId: "perm_1",
  toolCallId: "t1",
  title: "Write a.txt",
  action: { kind: "edit", paths: ["a.txt"] },
  options: [{ optionId: "y", kind: "allow_once", name: "Yes" }],
};
const kinds = (events: RunEvent[]) => foldRun("run_1", events).items.map((item) => item.kind);

describe("run fold", () => {
  it("joins deltas of one message and keeps reasoning apart from the reply", () => {
    const { items } = foldRun("run_1", log(think("a"), think("b"), say("c"), say("d"), think("e")));
    expect(items).toMatchObject([
      { kind: "reasoning", text: "ab", startedAt: at(1), endedAt: at(3) },
      { kind: "text", text: "cd" },
      { kind: "reasoning", text: "e", endedAt: null },
    ]);
  });

  it("begins a new text when the message id changes", () => {
    const { items } = foldRun("run_1", log(say("a", "m1"), say("b", "m1"), say("c", "m2")));
    expect(items).toMatchObject([{ text: "ab" }, { text: "c" }]);
    expect(new Set(items.map((item) => item.key)).size).toBe(2);
  });

  it("keeps a message one text though a tool was called in its middle", () => {
    const { items } = foldRun(
      "run_1",
      log(say("```js\na\n", "m1"), { type: "tool.started", payload: tool("t1") }, say("```\nafter", "m1"), say("next", "m2")),
    );
    expect(items).toMatchObject([
      { kind: "text", text: "```js\na\n```\nafter" },
      { kind: "tool" },
      { kind: "text", text: "next" },
    ]);
  });

  it("begins a new text after a tool, so the order stays", () => {
    expect(kinds(log(say("a"), { type: "tool.started", payload: tool("t1") }, say("b")))).toEqual(["text", "tool", "text"]);
  });

  it("shows a tool once, as its latest snapshot, where it began", () => {
    const { items } = foldRun(
      "run_1",
      log(
        { type: "tool.started", payload: tool("t1") },
        { type: "tool.started", payload: tool("t2") },
        { type: "tool.completed", payload: tool("t1", { status: "completed", output: "done" }) },
      ),
    );
    expect(items).toMatchObject([
      { key: "tool:t1", tool: { output: "done", status: "completed" }, startedAt: at(1), endedAt: at(3), error: null },
      { key: "tool:t2", endedAt: null },
    ]);
  });

  it("keeps a failed tool's error beside its snapshot", () => {
    const failure: ToolFailure = {
      code: "PATCH_FAILED",
      message: "no such text",
      fields: ["oldText"],
      diagnostics: { failures: 2 },
    };
    const failed: RunEventBody = {
      type: "tool.failed",
      payload: { ...tool("t1", { status: "failed" }), ...failure },
    };
    const [item] = foldRun("run_1", log({ type: "tool.started", payload: tool("t1") }, failed)).items;
    expect(item).toEqual({
      kind: "tool",
      key: "tool:t1",
      tool: tool("t1", { status: "failed" }),
      error: failure,
      startedAt: at(1),
      endedAt: at(2),
    });
  });

  it("replaces the plan in place", () => {
    const plan = (content: string): RunEventBody => ({
      type: "plan.updated",
      payload: { entries: [{ content, priority: "medium", status: "pending" }] },
    });
    const { items } = foldRun("run_1", log(plan("one"), say("x"), plan("two")));
    expect(items).toMatchObject([{ kind: "plan", entries: [{ content: "two" }] }, { kind: "text" }]);
  });

  it("settles permissions and questions where they were asked", () => {
    const { items } = foldRun(
      "run_1",
      log(
        { type: "permission.requested", payload: permission },
        { type: "question.requested", payload: { questionId: "q1", kind: "question", message: "Which?" } },
        { type: "permission.resolved", payload: { permissionId: "perm_1", outcome: "allowed", optionId: "y", by: "person" } },
        { type: "question.answered", payload: { questionId: "q1", outcome: "answered", content: { value: "A" }, by: "person" } },
      ),
    );
    expect(items).toMatchObject([
      { kind: "permission", outcome: "allowed", by: "person" },
      { kind: "question", outcome: "answered", content: { value: "A" } },
    ]);
  });

  it("shows what a policy refused where no call shows it, and nothing of what it allowed", () => {
    const decided = (permissionId: string, outcome: "allowed" | "rejected", toolCallId?: string): RunEventBody => ({
      type: "permission.decided",
      payload: {
        permissionId,
        title: "Write",
        action: { kind: "edit", paths: ["a.ts"] },
        outcome,
        by: "policy:plan",
        ...(toolCallId === undefined ? {} : { toolCallId }),
      },
    });
    const { items } = foldRun(
      "run_1",
      log(
        { type: "tool.started", payload: tool("t1") },
        decided("p1", "rejected", "t1"),
        decided("p2", "allowed"),
        decided("p3", "rejected"),
        decided("p4", "rejected", "untold"),
      ),
    );
    expect(items.map((item) => item.key)).toEqual(["tool:t1", "perm:p3", "perm:p4"]);
    expect(items[1]).toMatchObject({ kind: "permission", outcome: "rejected", by: "policy:plan", options: [] });
  });

  it.each<[string, RunEventBody]>([
    ["a notice", notice],
    ["compaction", { type: "context.compacted", payload: {} }],
    ["a tool", { type: "tool.started", payload: tool("t1") }],
    ["a permission", { type: "permission.requested", payload: permission }],
    ["the end", end],
  ])("ends the reasoning at %s", (_name, body) => {
    expect(foldRun("run_1", log(think("a"), body)).items[0]).toMatchObject({ kind: "reasoning", endedAt: at(2) });
  });

  it("records how the run ended, and the usage told last", () => {
    const timeline = foldRun(
      "run_1",
      log(say("a"), {
        type: "run.failed",
        payload: {
          code: "STALLED",
          message: "quiet",
          timings: {},
          usage: { input: 1, cached: null, output: 2, reasoning: null },
        },
      }),
    );
    expect(timeline.outcome).toMatchObject({ kind: "failed", code: "STALLED", message: "quiet" });
    expect(timeline.usage).toMatchObject({ input: 1, output: 2 });
  });

  it("R91 folding an event twice changes nothing, and folding a tail goes on from the head", () => {
    const events = log(think("a"), say("b"), { type: "tool.started", payload: tool("t1") }, notice, say("c"), end);
    const whole = foldRun("run_1", events);
    for (let cut = 0; cut <= events.length; cut += 1) {
      let timeline = foldRun("run_1", events.slice(0, cut));
      for (const event of events) timeline = foldRunEvent(timeline, event);
      expect(timeline).toEqual(whole);
    }
    expect(foldRunEvent(whole, events[0]!)).toBe(whole);
  });

  it("keeps the identity of items that didn't change", () => {
    const [first, second, third] = log(say("a"), { type: "tool.started", payload: tool("t1") }, say("b"));
    const before = [first!, second!].reduce(foldRunEvent, emptyTimeline("run_1"));
    const after = foldRunEvent(before, third!);
    expect(after.items[0]).toBe(before.items[0]);
    expect(after.items[1]).toBe(before.items[1]);
    expect(before.items).toHaveLength(2);
  });
});

describe("what a run leaves behind", () => {
  const checkpoint = (checkpointId: string, kind: string): RunEventBody => ({
    type: "checkpoint.created",
    payload: { checkpointId, kind },
  });
  const changed = { files: 1, additions: 2, deletions: 0, paths: ["a.txt"] };

  it("is what changed, and the checkpoints around it", () => {
    const bodies = [
      checkpoint("c1", "before-run"),
      say("x"),
      { type: "revision.created", payload: { revisionId: "r", changed } },
    ];
    const timeline = foldRun(
      "run_1",
      log(...(bodies as RunEventBody[]), checkpoint("c2", "after-run"), checkpoint("c3", "manual")),
    );
    expect(timeline).toMatchObject({ changed, checkpoints: { before: "c1", after: "c2" } });
  });

  it("is nothing where the log says nothing of it", () => {
    const timeline = foldRun("run_1", log(say("x"), { type: "revision.created", payload: { revisionId: "r" } }));
    expect(timeline).toMatchObject({ changed: null, checkpoints: { before: null, after: null } });
  });

  it("is when a permission was answered", () => {
    const resolved: RunEventBody = {
      type: "permission.resolved",
      payload: { permissionId: "perm_1", outcome: "allowed", by: "person" },
    };
    const { items } = foldRun("run_1", log({ type: "permission.requested", payload: permission }, say("x"), resolved));
    expect(items[0]).toMatchObject({ at: at(1), resolvedAt: at(3) });
  });
});
