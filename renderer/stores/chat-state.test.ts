import { describe, expect, it } from "vitest";
import type { Turn } from "../../shared/contract/chats.ts";
import type { RunEvent } from "../../shared/run-event.ts";
import { emptyTimeline, foldRun, foldRunEvents } from "../../shared/run-fold.ts";
import { aRun, aSnapshot, aTurn, saying } from "./chat-fixture.ts";
import { activeRun, applyUpdates, beforeTurns, emptyChat, withEarlier, withoutOldest, type ChatState } from "./chat-state.ts";

const start = (...turns: ReturnType<typeof aTurn>[]): ChatState => applyUpdates(emptyChat("chat_1"), [aSnapshot(turns)]).state;
const texts = (state: ChatState) =>
  state.turns.map(({ timeline }) => timeline.items.map((item) => (item.kind === "text" ? item.text : item.kind)).join("|"));
const ids = (state: ChatState) => state.turns.map((turn) => turn.run.id);

describe("chat state", () => {
  it("takes the snapshot, then folds what comes after it", () => {
    const { state, resync } = applyUpdates(emptyChat("chat_1"), [
      aSnapshot([aTurn("a", ["one "])], false, 4),
      { type: "events", events: saying("a", ["two"], 2), cursor: 5 },
    ]);
    expect(resync).toBe(false);
    expect(texts(state)).toEqual(["one two"]);
    expect(state.cursor).toBe(5);
  });

  it("R91 an event that was folded before is skipped, however the stream was cut", () => {
    const words = ["a", "b", "c", "d", "e"];
    for (let cut = 0; cut <= 5; cut += 1) {
      for (let again = 0; again <= cut; again += 1) {
        const head = applyUpdates(start(aTurn("r")), [
          { type: "events", events: saying("r", words.slice(0, cut)), cursor: cut },
        ]).state;
        const tail = applyUpdates(head, [{ type: "events", events: saying("r", words.slice(again), again + 1), cursor: 5 }]);
        expect([tail.resync, texts(tail.state)]).toEqual([false, ["abcde"]]);
      }
    }
  });

  it("R92 asks for a resync at a gap and shows nothing from behind it", () => {
    const before = start(aTurn("a", ["x"]));
    const { state, resync } = applyUpdates(before, [
      { type: "events", events: saying("a", ["z"], 3), cursor: 9 },
      { type: "events", events: saying("a", ["y"], 2), cursor: 10 },
    ]);
    expect(resync).toBe(true);
    expect(state).toBe(before);
  });

  it("asks for a resync at events of a run it never heard of", () => {
    expect(applyUpdates(start(), [{ type: "events", events: saying("b", ["x"]), cursor: 1 }]).resync).toBe(true);
  });

  it("adds a new run behind the others and updates one it knows", () => {
    let { state } = applyUpdates(start(aTurn("a")), [{ type: "run", run: aRun("b", { status: "queued" }) }]);
    ({ state } = applyUpdates(state, [{ type: "run", run: aRun("b", { status: "completed" }) }]));
    expect(state.turns.map((turn) => [turn.run.id, turn.run.status])).toEqual([
      ["a", "running"],
      ["b", "completed"],
    ]);
  });

  it("knows how far a prompt is read in until something comes of it", () => {
    const update = { type: "reading", runId: "a", reading: { read: 512, total: 4_000 } } as const;
    const reads = applyUpdates(start(aTurn("a", ["x"]), aTurn("b")), [update]).state;
    expect(reads.turns.map(({ reading }) => reading)).toEqual([{ read: 512, total: 4_000 }, undefined]);
    const notice = saying("a", ["x"], 2).map(
      (event) => ({ ...event, type: "notice", payload: { kind: "warning", message: "Late" } }) as RunEvent,
    );
    const noticed = applyUpdates(reads, [{ type: "events", events: notice, cursor: 8 }]).state;
    expect(noticed.turns[0]).toHaveProperty("reading");
    const answers = applyUpdates(reads, [{ type: "events", events: saying("a", ["y"], 2), cursor: 9 }]).state;
    expect(answers.turns[0]).not.toHaveProperty("reading");
  });

  it("keeps the identity of turns an update doesn't touch", () => {
    const before = start(aTurn("a"), aTurn("b"));
    const { state } = applyUpdates(before, [{ type: "events", events: saying("b", ["x"]), cursor: 1 }]);
    expect(state.turns[0]).toBe(before.turns[0]);
    expect(state.turns[1]).not.toBe(before.turns[1]);
  });

  it("puts earlier turns in front, none twice", () => {
    const state = withEarlier(start(aTurn("c"), aTurn("d")), { turns: [aTurn("a"), aTurn("b"), aTurn("c")], more: true });
    expect(ids(state)).toEqual(["a", "b", "c", "d"]);
    expect(state.more).toBe(true);
  });

  it("joins what comes before to the end of a long turn, which goes on meanwhile", () => {
    const words = saying("c", ["1", "2", "3", "4"]);
    const part = (from: number, to: number): Turn => ({
      run: aRun("c"),
      timeline: foldRunEvents(emptyTimeline("c", from), words.slice(from - 1, to)),
    });
    const parted = start(part(3, 3));
    expect(beforeTurns(parted.turns)).toEqual({ beforeRunId: "c", beforeSeq: 3 });
    const longer = applyUpdates(parted, [{ type: "events", events: words.slice(3), cursor: 9 }]).state;
    const state = withEarlier(longer, { turns: [aTurn("b"), part(1, 2)], more: false });
    expect([ids(state), state.turns[1]?.timeline]).toEqual([["b", "c"], foldRun("c", words)]);
    expect(beforeTurns(state.turns)).toEqual({ beforeRunId: "b" });
  });

  it("a new snapshot with the end of a turn leaves no hole before it", () => {
    const loaded = withEarlier(start(aTurn("c", ["1", "2"])), { turns: [aTurn("b")], more: false });
    const end = { run: aRun("c"), timeline: foldRunEvents(emptyTimeline("c", 2), saying("c", ["2"], 2)) };
    const state = applyUpdates(loaded, [aSnapshot([end], true)]).state;
    expect([ids(state), state.more]).toEqual([["c"], true]);
  });

  it("a new snapshot keeps earlier turns it joins, and drops them where turns could be missing between", () => {
    const loaded = withEarlier(start(aTurn("c")), { turns: [aTurn("a"), aTurn("b")], more: false });
    const joined = applyUpdates(loaded, [aSnapshot([aTurn("c"), aTurn("d")], true)]).state;
    expect([ids(joined), joined.more]).toEqual([["a", "b", "c", "d"], false]);
    const apart = applyUpdates(loaded, [aSnapshot([aTurn("x"), aTurn("y")], true)]).state;
    expect([ids(apart), apart.more]).toEqual([["x", "y"], true]);
  });

  it("lets go of the oldest turns once there is far more than a chat begins with, but of none that goes on", () => {
    const done = { status: "completed" } as const;
    const many = (count: number, words: string[]): ChatState =>
      start(...Array.from({ length: count }, (_, n) => aTurn(`t${n}`, words, done)));
    const small = many(40, ["x"]);
    expect(withoutOldest(small)).toBe(small);
    const trimmed = withoutOldest(many(41, ["x"]));
    expect([trimmed.turns.length, ids(trimmed).at(-1), trimmed.more]).toEqual([20, "t40", true]);
    const large = withoutOldest(many(9, ["x".repeat(500_000)]));
    expect([large.turns.length, large.more]).toEqual([4, true]);
    const one = many(1, ["x".repeat(5_000_000)]);
    expect(withoutOldest(one)).toBe(one);
    const going = { ...many(45, ["x"]), turns: [...many(10, []).turns, aTurn("going"), ...many(45, ["x"]).turns] };
    expect(ids(withoutOldest(going))[0]).toBe("going");
  });

  it("names the oldest run that is still going", () => {
    const state = start(
      aTurn("a", [], { status: "completed" }),
      aTurn("b", [], { status: "waiting" }),
      aTurn("c", [], { status: "queued" }),
    );
    expect(activeRun(state)?.id).toBe("b");
    expect(activeRun(start(aTurn("a", [], { status: "failed" })))).toBeNull();
  });
});
