import { describe, expect, it } from "vitest";
import { tuiOf } from "../agents/tuis.ts";
import type { TerminalSignal } from "./signals.ts";
import { endedTui, foldSignal, settleDoubt, startedTui, type HookSignal, type TuiStanding } from "./tui-state.ts";

const bare = { titles: [], notifications: [] };
const title = (text: string): TerminalSignal => ({ kind: "title", text });
const hook = (state: HookSignal["state"], text = ""): HookSignal => ({ kind: "hook", state, text });
const enter: TerminalSignal = { kind: "typed", enter: true, moves: false };
const key: TerminalSignal = { kind: "typed", enter: false, moves: false };
const arrow: TerminalSignal = { kind: "typed", enter: false, moves: true };

/** Each signal ten seconds after the one before. */
function after(signals: readonly (TerminalSignal | HookSignal)[], agentId?: string): TuiStanding {
  const signs = (agentId === undefined ? null : tuiOf(agentId)) ?? bare;
  return signals.reduce((standing, signal, at) => foldSignal(standing, signal, signs, (at + 1) * 10_000), startedTui(0));
}
const said = (signals: readonly (TerminalSignal | HookSignal)[], agentId?: string): string => {
  const { state, evidence } = after(signals, agentId);
  return `${state} by ${evidence.kind}`;
};

describe("how an agent's program stands", () => {
  it("isn't known before it has said something, however long it is silent", () => {
    expect(said([])).toBe("unknown by start");
    expect(said([title("my-agent"), key, enter])).toBe("unknown by start");
  });

  it.each([
    ["claude", ["✳ Claude Code"], "idle by title"],
    ["claude", ["⠂ Read the cart", "⠐ Read the cart"], "working by title"],
    ["claude", ["⠂ Read the cart", "✳ Read the cart"], "done by title"],
    ["claude", ["✳ Claude Code", "◐ Claude Code", "◑ Claude Code"], "working by title"],
    ["gemini", ["✦  Working… (shop)", "✋  Action Required (shop)"], "blocked by title"],
    ["gemini", ["◇  Ready (shop)"], "idle by title"],
    ["qwen", ["Qwen - shop", "◐︎ Qwen - shop"], "working by title"],
    ["qwen", ["◐︎ Qwen - shop", "✳︎ Qwen - shop"], "blocked by title"],
    ["qwen", ["◐︎ Qwen - shop", "Qwen - shop"], "done by title"],
    ["codex", ["⠋ shop", "shop"], "unknown by title"],
  ])("%s tells by its titles: %j", (agentId, titles, expected) => {
    expect(said(titles.map(title), agentId)).toBe(expected);
  });

  it("is told by notifications, whose words are the program's, and by progress", () => {
    const note: TerminalSignal = { kind: "notification", text: "Approval requested: rm -rf x" };
    expect(after([note], "codex").evidence).toEqual({ kind: "notification", text: note.text });
    expect(said([note], "codex")).toBe("blocked by notification");
    expect(said([{ kind: "notification", text: "anything" }])).toBe("blocked by notification");
    expect(said([{ kind: "progress", going: true }])).toBe("working by progress");
    expect(
      said([
        { kind: "progress", going: true },
        { kind: "progress", going: false },
      ]),
    ).toBe("done by progress");
    expect(said([{ kind: "progress", going: false }])).toBe("unknown by start");
  });

  it("a bell says something only where nothing else does, and no key was pressed just before", () => {
    expect(said([{ kind: "bell" }])).toBe("blocked by bell");
    expect(said([title("✳ Claude Code"), { kind: "bell" }], "claude")).toBe("idle by title");
    expect(said([hook("working"), { kind: "bell" }])).toBe("working by hook");
    const typed = foldSignal(startedTui(0), key, bare, 10_000);
    expect(foldSignal(typed, { kind: "bell" }, bare, 10_500).state).toBe("unknown");
  });

  it("a hook counts before all else, for the states that it was heard to tell", () => {
    expect(said([hook("working"), title("✳ x")], "claude")).toBe("done by title");
    expect(said([hook("working"), hook("done"), hook("working"), title("✳ x")], "claude")).toBe("working by hook");
    expect(said([hook("blocked", "Bash"), { kind: "notification", text: "Approve?" }])).toBe("blocked by hook");
    expect(after([hook("blocked", "Bash"), hook("blocked", "Edit")]).evidence.text).toBe("Edit");
    // The conversation begins again after a compaction, in the middle of a turn.
    expect(said([hook("working"), hook("idle")])).toBe("working by hook");
  });

  describe("where a hook tells nothing of the end of a turn, as of one that is stopped", () => {
    const settled = (signals: readonly (TerminalSignal | HookSignal)[], agentId = "claude"): string => {
      const { state, evidence } = settleDoubt(after(signals, agentId), 99_000);
      return `${state} by ${evidence.kind}`;
    };
    const turn = [hook("idle"), title("✳ x"), hook("done"), hook("working"), title("◐ x")];

    it("its title tells, once it has stood", () => {
      expect(said([...turn, title("✳ x")], "claude")).toBe("working by hook");
      expect(settled([...turn, title("✳ x")])).toBe("done by title");
      expect(settled(turn)).toBe("working by hook");
    });

    it("who has just pressed a key stopped it, and knows", () => {
      const signals = [...turn, key];
      const stopped = foldSignal(after(signals, "claude"), title("✳ x"), tuiOf("claude") ?? bare, signals.length * 10_000 + 500);
      expect(settleDoubt(stopped, 99_000)).toMatchObject({ state: "idle", evidence: { kind: "title" } });
    });

    it("what comes meanwhile takes the doubt back", () => {
      expect(settled([...turn, title("✳ x"), hook("blocked")])).toBe("blocked by hook");
      expect(settled([...turn, title("✳ x"), hook("working")])).toBe("working by hook");
      expect(settled([...turn, title("✳ x"), title("◑ x")])).toBe("working by hook");
    });

    it("who asks isn't ended by a title at rest, nor by moving through the choices", () => {
      const asks = [...turn, hook("blocked"), title("✳ x")];
      expect(settled(asks)).toBe("blocked by hook");
      expect(settled([...asks, arrow, title("✳ x")])).toBe("blocked by hook");
      expect(settled([...asks, key, title("✳ x")])).toBe("unknown by typed");
      expect(settled([...asks, key, title("◐ x")])).toBe("working by title");
      const qwen = [hook("idle"), hook("working"), title("◐ q"), hook("blocked"), title("✳ q"), key, title("q")];
      expect(settled(qwen, "qwen")).toBe("done by title");
    });
  });

  it("what the person does: who answers takes the question away, who looks has seen the end", () => {
    expect(said([hook("blocked"), key])).toBe("unknown by typed");
    expect(said([hook("working"), hook("done"), { kind: "seen" }])).toBe("idle by hook");
    expect(said([hook("working"), hook("done"), key])).toBe("idle by hook");
    // Its hook will say when a turn begins; otherwise Enter may have begun one.
    expect(said([hook("working"), hook("done"), enter])).toBe("idle by hook");
    expect(said([hook("done"), enter])).toBe("unknown by typed");
    expect(said([hook("done"), enter, hook("done")])).toBe("done by hook");
    expect(said([title("Qwen - shop"), enter], "qwen")).toBe("idle by title");
  });

  it("says nothing any more once its program has ended", () => {
    expect(endedTui(after([hook("working")]), 99)).toMatchObject({
      state: "unknown",
      evidence: { kind: "exit", text: "" },
      at: 99,
    });
  });

  it("stays the same object while a spinner turns", () => {
    const before = after([title("⠂ x")], "claude");
    expect(foldSignal(before, title("⠐ y"), tuiOf("claude") ?? bare, 99_000).at).toBe(before.at);
  });
});
