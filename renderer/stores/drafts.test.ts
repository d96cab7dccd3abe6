import { describe, expect, it } from "vitest";
import type { ContentBlock } from "../../shared/prompt.ts";
import { Drafts, type DraftPort } from "./drafts.ts";

const text = (words: string): ContentBlock[] => [{ type: "text", text: words }];

function fakeCore(stored: ContentBlock[] = []) {
  const saved: ContentBlock[][] = [];
  const timers: { ms: number; run: () => void; off: boolean }[] = [];
  let failing: "no" | "broken" | "final" = "no";
  let tries = 0;
  let ids = 0;
  const port: DraftPort = {
    load: async () => stored,
    async save(_id, blocks) {
      tries += 1;
      if (failing !== "no") throw new Error(failing);
      saved.push(blocks);
    },
    isFinal: (error) => error instanceof Error && error.message === "final",
    after(ms, run) {
      const timer = { ms, run, off: false };
      timers.push(timer);
      return () => {
        timer.off = true;
      };
    },
    newId: () => `a${(ids += 1)}`,
  };
  const pass = async (ms: number) => {
    timers
      .splice(0)
      .filter((timer) => !timer.off)
      .forEach((timer) => (timer.ms <= ms ? timer.run() : timers.push(timer)));
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
  };
  return {
    drafts: new Drafts(port),
    saved,
    pass,
    fail: (how: typeof failing) => {
      failing = how;
    },
    tries: () => tries,
    pauses: () => timers.filter((timer) => !timer.off).map((timer) => timer.ms),
  };
}
const type = (words: string) => (draft: { text: string }) => ({ mentions: [], attachments: [], text: draft.text + words });

describe("drafts", () => {
  it("loads what was stored, once", async () => {
    const { drafts } = fakeCore(text("stored"));
    await Promise.all([drafts.open("c"), drafts.open("c")]);
    expect(drafts.get("c").getState()).toMatchObject({ loaded: true, draft: { text: "stored" } });
  });

  it("saves after a pause of 500 ms, once for all that was typed", async () => {
    const { drafts, saved, pass } = fakeCore();
    await drafts.open("c");
    for (const letter of "abc") drafts.change("c", type(letter));
    await pass(499);
    expect(saved).toEqual([]);
    await pass(500);
    expect(saved).toEqual([text("abc")]);
  });

  it("keeps what was typed before the stored draft came, and never saves over it", async () => {
    const { drafts, saved, pass } = fakeCore(text("stored"));
    drafts.change("c", type("typed"));
    await pass(10_000);
    expect(saved).toEqual([]);
    await drafts.open("c");
    expect(drafts.get("c").getState().draft.text).toBe("stored\n\ntyped");
    await pass(500);
    expect(saved).toEqual([text("stored\n\ntyped")]);
  });

  it("offers again what the core didn't take", async () => {
    const core = fakeCore();
    await core.drafts.open("c");
    core.fail("broken");
    core.drafts.change("c", type("a"));
    await core.pass(500);
    expect(core.pauses()).toEqual([5_000]);
    await core.pass(5_000);
    expect(core.pauses()).toEqual([10_000]);
    core.fail("no");
    await core.pass(10_000);
    expect(core.saved).toEqual([text("a")]);
  });

  it("offers nothing again to a chat that is gone, and once more what was changed after a refusal", async () => {
    const core = fakeCore();
    await core.drafts.open("c");
    core.fail("final");
    core.drafts.change("c", type("a"));
    await core.pass(500);
    expect([core.tries(), core.pauses()]).toEqual([1, []]);
    core.fail("no");
    core.drafts.change("c", type("b"));
    await core.pass(500);
    expect(core.saved).toEqual([text("ab")]);
  });

  it("saves at once when the page goes, and an emptied draft as empty", async () => {
    const { drafts, saved, pass } = fakeCore(text("x"));
    await drafts.open("c");
    drafts.change("c", () => ({ text: "", mentions: [], attachments: [] }));
    drafts.saveAll();
    await pass(10_000);
    expect(saved).toEqual([[]]);
  });

  it("puts a prompt back in front of what is being written", async () => {
    const { drafts } = fakeCore();
    await drafts.open("c");
    drafts.change("c", type("new"));
    drafts.putBack("c", text("failed"));
    expect(drafts.get("c").getState().draft.text).toBe("failed\n\nnew");
  });
});
