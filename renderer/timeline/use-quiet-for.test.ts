import { describe, expect, it } from "vitest";
import type { RunEventBody } from "../../shared/run-event.ts";
import { foldRun } from "../../shared/run-fold.ts";
import { anEvent, aRun } from "../stores/chat-fixture.ts";
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
    expect(quietFor(turn(), 0, 59_999)).toBeNull();
    expect(quietFor(turn(), 0, 60_500)).toBe(60);
    expect(quietFor(turn(say), 0, 119_999)).toBeNull();
    expect(quietFor(turn(say), 1_000, 131_000)).toBe(130);
  });

  it("isn't armed while a tool runs or a request is open", () => {
    expect(quietFor(turn(tool), 0, 900_000)).toBeNull();
    expect(quietFor(turn(ask), 0, 900_000)).toBeNull();
  });
});
