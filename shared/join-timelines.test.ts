import { describe, expect, it } from "vitest";
import { Boundary, joinTimelines } from "./join-timelines.ts";
import type { RunEvent, RunEventBody, ToolSnapshot } from "./run-event.ts";
import { emptyTimeline, foldRun, foldRunEvents } from "./run-fold.ts";

const at = (seq: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, seq)).toISOString();
const log = (bodies: RunEventBody[]): RunEvent[] =>
  bodies.map((body, index) => ({ ...body, seq: index + 1, cursor: 100 + index, runId: "run_1", at: at(index + 1) }));

const tool = (id: string, more: Partial<ToolSnapshot> = {}): ToolSnapshot => ({
  id,
  kind: "execute",
  title: id,
  status: "in_progress",
  locations: [],
  diff: [],
  ...more,
});

/** Numbers from a seed, the same each time: a failing round can be looked at. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

/** A run as agents tell it: with ids of messages or without, calls side by side, requests answered later. */
function someRun(seed: number): RunEvent[] {
  const below = numbers(seed);
  const hasIds = below(2) === 0;
  const bodies: RunEventBody[] = [
    { type: "run.started", payload: { how: "new" } },
    { type: "checkpoint.created", payload: { checkpointId: "c1", kind: "before-run" } },
  ];
  const calls: string[] = [];
  const asked: string[] = [];
  let message = 0;
  for (let step = 0; step < 40; step += 1) {
    const id = hasIds ? `m${message}` : undefined;
    const pick = below(9);
    if (pick < 2) bodies.push({ type: "assistant.delta", payload: { text: `${step} `, messageId: id } });
    else if (pick === 2) {
      message += 1;
      bodies.push({ type: "reasoning.delta", payload: { text: `${step} `, messageId: hasIds ? `r${message}` : undefined } });
    } else if (pick === 3) {
      calls.push(`t${step}`);
      bodies.push({ type: "tool.started", payload: tool(`t${step}`, { input: { step } }) });
    } else if (pick === 4 && calls[0]) bodies.push({ type: "tool.updated", payload: tool(calls[0], { title: `by ${step}` }) });
    else if (pick === 5 && calls[0])
      bodies.push({ type: "tool.completed", payload: tool(calls.shift()!, { status: "completed", output: `${step}` }) });
    else if (pick === 6) {
      asked.push(`p${step}`);
      const request = { permissionId: `p${step}`, title: "Run it", action: { kind: "execute" as const }, options: [] };
      bodies.push({ type: "permission.requested", payload: request });
    } else if (pick === 7 && asked[0])
      bodies.push({ type: "permission.resolved", payload: { permissionId: asked.shift()!, outcome: "allowed", by: "person" } });
    else if (pick === 8) bodies.push({ type: "plan.updated", payload: { entries: [] } });
  }
  bodies.push({
    type: "revision.created",
    payload: { revisionId: "r", changed: { files: 1, additions: 1, deletions: 0, paths: ["a"] } },
  });
  bodies.push({ type: "run.completed", payload: { stopReason: "end_turn", timings: { total: 9 }, usage: null } });
  return log(bodies);
}

describe("a run folded in two parts", () => {
  it("is what one fold makes of it, at every boundary of 300 runs", () => {
    let boundaries = 0;
    for (let seed = 1; seed <= 300; seed += 1) {
      const events = someRun(seed);
      const whole = foldRun("run_1", events);
      const boundary = new Boundary();
      for (const event of events.toReversed()) {
        boundary.add(event);
        if (!boundary.isHere) continue;
        boundaries += 1;
        const earlier = foldRun("run_1", events.slice(0, event.seq - 1));
        const later = foldRunEvents(emptyTimeline("run_1", event.seq), events.slice(event.seq - 1));
        expect(joinTimelines(earlier, later), `seed ${seed}, event ${event.seq}`).toEqual(whole);
      }
    }
    expect(boundaries).toBeGreaterThan(2000);
  });

  it("has no boundary between a request and its answer", () => {
    const request = { permissionId: "p", title: "Run it", action: { kind: "execute" as const }, options: [] };
    const events = log([
      { type: "permission.requested", payload: request },
      { type: "notice", payload: { kind: "stall", message: "quiet" } },
      { type: "permission.resolved", payload: { permissionId: "p", outcome: "allowed", by: "person" } },
    ]);
    const boundary = new Boundary();
    const here = events.toReversed().map((event) => (boundary.add(event), boundary.isHere));
    expect(here).toEqual([false, false, true]);
  });
});
