import { describe, expect, it } from "vitest";
import type { RunEventBody } from "../../shared/run-event.ts";
import { ManualClock } from "../lib/clock.ts";
import { RunLog } from "./run-log.ts";

function setUp() {
  const clock = new ManualClock();
  const commits: { bodies: RunEventBody[]; durable: boolean }[] = [];
  const log = new RunLog({
    clock,
    commit: (events, durable) => void commits.push({ bodies: events.map((event) => event.body), durable }),
  });
  return { clock, commits, log };
}

const text = (value: string, messageId?: string): RunEventBody => ({
  type: "assistant.delta",
  payload: { text: value, ...(messageId ? { messageId } : {}) },
});

describe("the run log", () => {
  it("writes the first piece at once and gathers the rest for 50 ms", () => {
    const { clock, commits, log } = setUp();
    log.stream(text("a"));
    log.stream(text("b"));
    log.stream(text("c"));
    expect(commits).toHaveLength(1);
    clock.advance(50);
    expect(commits.map((commit) => commit.bodies)).toEqual([[text("a")], [text("bc")]]);
    expect(commits.every((commit) => !commit.durable)).toBe(true);
  });

  it("writes at most 20 times a second, however much streams", () => {
    const { clock, commits, log } = setUp();
    for (let i = 0; i < 1000; i += 1) {
      log.stream(text("x"));
      clock.advance(1);
    }
    log.flush();
    expect(commits.length).toBeLessThanOrEqual(21);
    expect(
      commits
        .flatMap((commit) => commit.bodies)
        .map((body) => (body.type === "assistant.delta" ? body.payload.text : ""))
        .join(""),
    ).toHaveLength(1000);
  });

  it("writes before 50 ms once 4 KB wait, with all that came in the same piece", async () => {
    const { commits, log } = setUp();
    log.stream(text("a"));
    log.stream(text("x".repeat(5000)));
    log.stream(text("y"));
    expect(commits).toHaveLength(1);
    await Promise.resolve();
    expect(commits.map(({ bodies }) => bodies)).toEqual([[text("a")], [text(`${"x".repeat(5000)}y`)]]);
  });

  it("doesn't hold back the first words because something else was just written", () => {
    const { commits, log } = setUp();
    log.append({ type: "revision.created", payload: { revisionId: "t" } });
    log.stream({ type: "mode.changed", payload: { modeId: "ask" } });
    log.stream(text("a"));
    expect(commits.at(-1)?.bodies).toContainEqual(text("a"));
  });

  it("keeps the order: what streams before goes out with what is appended, durably", () => {
    const { commits, log } = setUp();
    log.stream(text("a"));
    log.stream(text("b"));
    log.append({ type: "revision.created", payload: { revisionId: "t" } });
    expect(commits[1]).toEqual({
      bodies: [text("b"), { type: "revision.created", payload: { revisionId: "t" } }],
      durable: true,
    });
  });

  it("doesn't join deltas of different messages", () => {
    const { clock, commits, log } = setUp();
    log.stream(text("0"));
    log.stream(text("a", "m1"));
    log.stream(text("b", "m2"));
    clock.advance(50);
    expect(commits[1]?.bodies).toHaveLength(2);
  });
});
