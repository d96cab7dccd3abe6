import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createPermissionBench, never, type PermissionBench } from "../testing/permission-bench.ts";

let bench: PermissionBench;

beforeEach(() => void (bench = createPermissionBench()));
afterEach(() => bench.close());

describe("questions", () => {
  const schema = {
    type: "object",
    properties: {
      name: { type: "string", minLength: 2 },
      count: { type: "integer", maximum: 3 },
      kinds: { type: "array", items: { enum: ["a", "b"] }, minItems: 1 },
      sure: { type: "boolean" },
    },
    required: ["name"],
  };

  it("is answered, declined and closed", async () => {
    const first = bench.service.ask(
      bench.turn,
      { kind: "question", message: "Which?", options: [{ value: "a", label: "A" }] },
      never,
    );
    expect(bench.service.inbox()).toMatchObject([
      { kind: "question", question: { message: "Which?", options: [{ value: "a" }] } },
    ]);
    const id = bench.openId();
    expect(bench.service.answerQuestion(id, { value: "b" }, "person")).toMatchObject({
      error: { code: "INPUT_INVALID", field: "value" },
    });
    expect(bench.service.answerQuestion(id, { value: "a" }, "person")).toMatchObject({ ok: true, value: { status: "answered" } });
    expect(await first).toEqual({ kind: "answered", content: { value: "a" } });
    expect(bench.service.answerQuestion(id, { value: "a" }, "person")).toMatchObject({ error: { code: "QUESTION_CLOSED" } });
    const second = bench.service.ask(bench.turn, { kind: "elicitation", message: "?", schema }, never);
    expect(bench.service.answerQuestion(bench.openId(), null, "person")).toMatchObject({
      ok: true,
      value: { status: "declined" },
    });
    expect(await second).toEqual({ kind: "declined" });
    expect(bench.log.map((event) => event.type)).toEqual([
      "question.requested",
      "question.answered",
      "question.requested",
      "question.answered",
    ]);
    expect(bench.service.answerQuestion("qst_x", null, "person")).toMatchObject({ error: { code: "QUESTION_NOT_FOUND" } });
  });

  it.each([
    [{}, "name"],
    [{ name: "x" }, "name"],
    [{ name: 1 }, "name"],
    [{ name: "xy", count: 4 }, "count"],
    [{ name: "xy", count: 1.5 }, "count"],
    [{ name: "xy", kinds: ["c"] }, "kinds"],
    [{ name: "xy", kinds: [] }, "kinds"],
    [{ name: "xy", sure: "yes" }, "sure"],
    [{ name: "xy", other: 1 }, "other"],
  ])("names the field at fault: %j → %s", (content, field) => {
    void bench.service.ask(bench.turn, { kind: "elicitation", message: "?", schema }, never);
    expect(bench.service.answerQuestion(bench.openId(), content, "person")).toMatchObject({
      error: { code: "INPUT_INVALID", field },
    });
    expect(bench.service.answerQuestion(bench.openId(), { name: "xy", count: 3, kinds: ["a"], sure: true }, "person").ok).toBe(
      true,
    );
  });
});
