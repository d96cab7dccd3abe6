import { describe, expect, it } from "vitest";
import type { Turn } from "../../shared/contract/chats.ts";
import type { RunEventBody } from "../../shared/run-event.ts";
import { foldRun } from "../../shared/run-fold.ts";
import { anEvent, aRun } from "../stores/chat-fixture.ts";
import { rowsOf, type TimelineRow } from "./rows.ts";

const ran = (id: string): RunEventBody => ({
  type: "tool.completed",
  payload: { id, kind: "execute", title: id, status: "completed", locations: [], diff: [], input: { command: id } },
});
const said = (text: string, messageId: string): RunEventBody => ({ type: "assistant.delta", payload: { text, messageId } });
const warned: RunEventBody = { type: "notice", payload: { kind: "warning", message: "Look out" } };

function turn(id: string, bodies: RunEventBody[], chatId = "chat_1"): Turn {
  const events = bodies.map((body, index) => anEvent(id, index + 1, body));
  return { run: aRun(id, { status: "completed", chatId }), timeline: foldRun(id, events) };
}
const kinds = (rows: readonly TimelineRow[]): string => rows.map(({ kind }) => kind).join(" ");
const long = [said("I look.", "m1"), ran("a"), ran("b"), said("Done.", "m2")];

describe("a turn that is over", () => {
  it("is folded to its answer, and opened again in its place", () => {
    const turns = [turn("one", long)];
    const folded = rowsOf(turns, [], { folds: () => "folded" });
    expect(kinds(folded)).toBe("prompt header steps text rest");
    expect(folded[2]).toMatchObject({ steps: 3, failed: 0, open: false });
    expect(kinds(rowsOf(turns, [], { folds: () => "opened" }))).toBe("prompt header steps text tool tool text rest");
    expect(kinds(rowsOf(turns, [], { folds: () => "whole" }))).toBe("prompt header text tool tool text rest");
  });

  it("keeps what was said last though tools came after it, and every warning", () => {
    const rows = rowsOf([turn("one", [ran("a"), warned, ran("b"), said("Done.", "m"), ran("c")])], [], { folds: () => "folded" });
    expect(kinds(rows)).toBe("prompt header steps notice text rest");
  });

  it("isn't folded where little led to the answer, or none came", () => {
    expect(kinds(rowsOf([turn("one", [ran("a"), said("Done.", "m")])], [], { folds: () => "folded" }))).not.toContain("steps");
    expect(kinds(rowsOf([turn("one", [ran("a"), ran("b"), ran("c")])], [], { folds: () => "folded" }))).not.toContain("steps");
  });

  it("has the same rows as long as it is the same", () => {
    const turns = [turn("one", long)];
    const [first, second] = [rowsOf(turns, [], { folds: () => "folded" }), rowsOf(turns, [], { folds: () => "folded" })];
    expect(first[2]).toBe(second[2]);
  });
});

describe("a forked chat", () => {
  const before = turn("one", [said("Before.", "m")], "chat_0");

  it("says where it was forked, before its own turns and while it has none", () => {
    const own = turn("two", [said("After.", "m")]);
    expect(kinds(rowsOf([before, own], [], { chatId: "chat_1" }))).toBe("prompt header text forked prompt header text rest");
    expect(kinds(rowsOf([before], [], { chatId: "chat_1" }))).toBe("prompt header text forked");
    expect(kinds(rowsOf([own], [], { chatId: "chat_1" }))).not.toContain("forked");
  });
});
