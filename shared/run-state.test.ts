import { describe, expect, it } from "vitest";
import { initialRunState, pausedRunState, statusOf, stepRun, type RunInput, type RunState } from "./run-state.ts";

function run(...inputs: RunInput[]): { state: RunState; effects: string[]; last: string[] } {
  let state = initialRunState();
  const effects: string[] = [];
  let last: string[] = [];
  for (const input of inputs) {
    const step = stepRun(state, input);
    state = step.state;
    last = step.effects.map((effect) => effect.type);
    effects.push(...last);
  }
  return { state, effects, last };
}

const opened: RunInput[] = [{ type: "slot-granted" }, { type: "agent-opened" }];

describe("stepRun", () => {
  it("goes from queued to completed, settling before the end is appended", () => {
    const { state, effects } = run(...opened, { type: "turn-ended", stopReason: "end_turn" }, { type: "settled" });
    expect(statusOf(state)).toBe("completed");
    expect(effects).toEqual(["open-agent", "send-prompt", "disarm", "cancel-asks", "settle", "append-end"]);
  });

  it("waits while a permission is open, and runs again once the last one closes", () => {
    expect(statusOf(run(...opened, { type: "ask-opened" }, { type: "ask-opened" }, { type: "ask-closed" }).state)).toBe(
      "waiting",
    );
    expect(statusOf(run(...opened, { type: "ask-opened" }, { type: "ask-closed" }).state)).toBe("running");
  });

  it("cancels a queued run without touching an agent", () => {
    const { state, effects } = run({ type: "stop" }, { type: "settled" });
    expect(statusOf(state)).toBe("cancelled");
    expect(effects).not.toContain("send-cancel");
  });

  it("R23 aborts the opening when stopped before the agent is there", () => {
    const { last, state } = run({ type: "slot-granted" }, { type: "stop" });
    expect(last).toContain("abort-opening");
    const end = stepRun(state, { type: "agent-not-opened", code: "X", message: "aborted" });
    expect(end.state.end?.kind).toBe("cancelled");
  });

  it("R23 sends nothing to an agent that was opened just as Stop came", () => {
    const { effects, state } = run({ type: "slot-granted" }, { type: "stop" }, { type: "agent-opened" }, { type: "settled" });
    expect(effects).not.toContain("send-prompt");
    expect(statusOf(state)).toBe("cancelled");
  });

  it("R22 kills an agent that goes on with output 2 s after the cancel", () => {
    const { last } = run(...opened, { type: "stop" }, { type: "timer", timer: "stop-output" }, { type: "output" });
    expect(last).toEqual(["kill-agent", "arm"]);
  });

  it("R22 leaves a quiet agent until 10 s have passed, then kills it", () => {
    const { last, state } = run(...opened, { type: "stop" }, { type: "timer", timer: "stop-output" });
    expect(last).toEqual([]);
    expect(stepRun(state, { type: "timer", timer: "stop-answer" }).effects[0]?.type).toBe("kill-agent");
  });

  it("R21 waits for the proof of a kill, whatever becomes of the turn meanwhile", () => {
    const killing: RunInput[] = [...opened, { type: "stop" }, { type: "timer", timer: "stop-answer" }];
    const failed = run(...killing, { type: "turn-failed", code: "AGENT_KILLED", message: "" });
    expect(failed.last).toEqual([]);
    expect(stepRun(failed.state, { type: "killed" }).state.end?.kind).toBe("cancelled");
    const unproved = stepRun(run(...killing, { type: "turn-ended", stopReason: "end_turn" }).state, {
      type: "timer",
      timer: "kill-proof",
    });
    expect(unproved.state.end).toMatchObject({ kind: "failed", code: "CANCEL_UNCONFIRMED" });
  });

  it("R21 fails closed as soon as nobody can prove the end", () => {
    const { state } = run(...opened, { type: "stop" }, { type: "timer", timer: "stop-answer" }, { type: "kill-unproved" });
    expect(state.end).toMatchObject({ kind: "failed", code: "CANCEL_UNCONFIRMED" });
  });

  it("takes a turn that an agent ends as cancelled when it is told no for an ended one, and only then", () => {
    const end: RunInput = { type: "turn-ended", stopReason: "cancelled" };
    expect(run(...opened, { type: "refused" }, end).state.end).toEqual({ kind: "completed", stopReason: "cancelled" });
    expect(run(...opened, end).state.end?.kind).toBe("cancelled");
    expect(run(...opened, { type: "refused" }, { type: "stop" }, end).state.end?.kind).toBe("cancelled");
  });

  it("fails closed when the kill can't be confirmed", () => {
    const { state } = run(
      ...opened,
      { type: "stop" },
      { type: "timer", timer: "stop-answer" },
      { type: "timer", timer: "kill-proof" },
      { type: "settled" },
    );
    expect(state.end).toMatchObject({ kind: "failed", code: "CANCEL_UNCONFIRMED" });
  });

  it("takes a turn that ends as end_turn after Stop for a cancelled one", () => {
    const { state } = run(...opened, { type: "stop" }, { type: "turn-ended", stopReason: "end_turn" }, { type: "settled" });
    expect(statusOf(state)).toBe("cancelled");
  });

  it("R84 ignores a second Stop, and everything after the end", () => {
    const stopped = run(...opened, { type: "stop" }, { type: "stop" });
    expect(stopped.last).toEqual([]);
    const ended = run(
      ...opened,
      { type: "turn-ended", stopReason: "end_turn" },
      { type: "settled" },
      { type: "turn-failed", code: "LATE", message: "" },
      { type: "stop" },
    );
    expect(ended.last).toEqual([]);
    expect(statusOf(ended.state)).toBe("completed");
  });

  it("stops for the next prompt as such, and only as long as nobody stops it for good", () => {
    const steer: RunInput = { type: "stop", forNext: true };
    const end: RunInput = { type: "turn-ended", stopReason: "cancelled" };
    expect(run(...opened, steer, steer, end).state.end).toEqual({ kind: "cancelled", stopReason: "steered" });
    expect(run(...opened, steer, { type: "stop" }, end).state.end).toEqual({ kind: "cancelled", stopReason: "cancelled" });
    expect(run(...opened, { type: "stop" }, steer, end).state.end).toEqual({ kind: "cancelled", stopReason: "cancelled" });
  });

  it("ends an agent that is silent by the ladder of Stop, as stalled", () => {
    const stalled = run(...opened, { type: "stalled", seconds: 90 });
    expect(stalled.last).toEqual(["cancel-asks", "send-cancel", "arm", "arm"]);
    const { state } = run(
      ...opened,
      { type: "stalled", seconds: 90 },
      { type: "stop" },
      { type: "turn-ended", stopReason: "end_turn" },
    );
    expect(state.end).toMatchObject({ kind: "failed", code: "STALLED", message: expect.stringContaining("90 s") });
    expect(run({ type: "slot-granted" }, { type: "stalled", seconds: 90 }).last).toEqual([]);
  });

  it("fails a run that seemed to have ended well for what it left wrong, and no other", () => {
    const settled: RunInput = { type: "settled", flaw: { code: "EDIT_NOT_RECOVERED", message: "a.txt" } };
    const wrong = run(...opened, { type: "turn-ended", stopReason: "end_turn" }, settled);
    expect([statusOf(wrong.state), wrong.state.end]).toEqual([
      "failed",
      { kind: "failed", stopReason: "end_turn", code: "EDIT_NOT_RECOVERED", message: "a.txt" },
    ]);
    expect(statusOf(run(...opened, { type: "stop" }, { type: "turn-ended", stopReason: "end_turn" }, settled).state)).toBe(
      "cancelled",
    );
  });

  const pause: RunInput = { type: "turn-paused", pause: { limit: "calls", count: 100 } };

  it("pauses at a limit with nothing of it armed, and goes on in the same run", () => {
    const paused = run(...opened, { type: "ask-opened" }, { type: "ask-closed" }, pause);
    expect([statusOf(paused.state), paused.last]).toEqual(["paused", ["disarm", "cancel-asks", "pause"]]);
    expect(run(...opened, pause, pause).last).toEqual([]);
    const resumed = run(...opened, pause, { type: "resume" });
    expect([statusOf(resumed.state), resumed.last, resumed.state.goesOn]).toEqual(["starting", ["open-agent"], true]);
    expect(run(...opened, pause, { type: "resume" }, { type: "agent-opened" }).last).toEqual(["send-prompt"]);
    expect(run(...opened, { type: "resume" }).last).toEqual([]);
  });

  it("ends with Stop while it is paused, and as a stopped turn where the pause came behind Stop", () => {
    const stopped = run(...opened, pause, { type: "stop" }, { type: "settled" });
    expect([statusOf(stopped.state), stopped.effects.includes("send-cancel")]).toEqual(["cancelled", false]);
    expect(run(...opened, pause, { type: "stop", forNext: true }).state.end?.stopReason).toBe("steered");
    expect(run(...opened, { type: "stop" }, pause).state.end?.kind).toBe("cancelled");
  });

  it("goes on from where an earlier host left it paused", () => {
    const step = stepRun(pausedRunState(), { type: "resume" });
    expect([statusOf(pausedRunState()), step.effects]).toEqual(["paused", [{ type: "open-agent" }]]);
  });

  it("settles once even if two ends arrive", () => {
    const { effects } = run(
      ...opened,
      { type: "turn-ended", stopReason: "end_turn" },
      { type: "turn-failed", code: "X", message: "" },
    );
    expect(effects.filter((effect) => effect === "settle")).toHaveLength(1);
  });
});
