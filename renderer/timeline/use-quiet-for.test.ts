import { describe, expect, it } from "vitest";
import type { RunEventBody } from "../../shared/run-event.ts";
import { foldRun } from "../../shared/run-fold.ts";
import { anEvent, aRun } from "../stores/chat-fixture.ts";
import { awakeFor } from "../ui/use-now.ts";
import { quietFor } from "./use-quiet-for.ts";

const turn = (...bodies: RunEventBody[]) => ({
  run: aRun("r"),
  timeline: foldRun(
    "r",
    bodies.map((body, index) => anEvent("r", index + 1, body)),
  ),
});
const say: RunEventBody = { type: "assistant.delta", payload: { text: "x" } };
const tool: RunEventBody = {
  type: "tool.started",
  payload: { id: "t", kind: "execute", title: "", status: "in_progress", locations: [], diff: [] },
};
const ask: RunEventBody = {
  type: "permission.requested",
  payload: { permissionId: "p", title: "", action: { kind: "edit" }, options: [] },
};

describe("quiet for", () => {
  it("speaks up 60 s after the start and 120 s into a stream", () => {
    expect(quietFor(turn(), 59_999)).toBeNull();
    expect(quietFor(turn(), 60_500)).toBe(60);
    expect(quietFor(turn(say), 119_999)).toBeNull();
    expect(quietFor(turn(say), 130_000)).toBe(130);
  });

  it("isn't armed while a tool runs or a request is open", () => {
    expect(quietFor(turn(tool), 900_000)).toBeNull();
    expect(quietFor(turn(ask), 900_000)).toBeNull();
  });

  it("R61 counts the second that passes, also the minute of a page that nobody sees, and nothing of an hour's sleep", () => {
    expect([1_000, 60_000, 3_600_000, -5].map(awakeFor)).toEqual([1_000, 60_000, 0, 0]);
  });
});
