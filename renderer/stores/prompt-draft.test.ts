import { describe, expect, it } from "vitest";
import type { ContentBlock } from "../../shared/prompt.ts";
import { fromBlocks, isEmptyDraft, joinDrafts, mentionsIn, toBlocks, type PromptDraft } from "./prompt-draft.ts";

let ids = 0;
const newId = () => `a${(ids += 1)}`;
const file = (path: string) => ({ path, kind: "file" as const });
const draft = (text: string, more: Partial<PromptDraft> = {}): PromptDraft => ({ text, mentions: [], attachments: [], ...more });
const image: ContentBlock = { type: "image", mimeType: "image/png", data: "AA" };

describe("prompt draft", () => {
  it("splits the text at what it mentions", () => {
    expect(toBlocks(draft("see @src/a.ts, and @b", { mentions: [file("src/a.ts"), file("b")] }))).toEqual([
      { type: "text", text: "see " },
      { type: "mention", ...file("src/a.ts") },
      { type: "text", text: ", and " },
      { type: "mention", ...file("b") },
    ]);
  });

  it("takes the longest path, whole words only, and only what was chosen", () => {
    const found = (text: string, ...paths: string[]) => mentionsIn(text, paths.map(file)).map((one) => one.mention.path);
    expect(found("@src/a.tsx @src/a.ts.", "src/a.ts", "src/a.tsx")).toEqual(["src/a.tsx", "src/a.ts"]);
    expect(found("@a.json mail me@a.js", "a.js")).toEqual([]);
    expect(found("@my file (1).txt now", "my file (1).txt")).toEqual(["my file (1).txt"]);
    expect(found("@other", "a")).toEqual([]);
  });

  it("comes back from its blocks as it was", () => {
    const written = draft("see @src/a.ts\n and more", {
      mentions: [file("src/a.ts")],
      attachments: [{ kind: "block", id: "x", block: image }],
    });
    const { attachments, ...rest } = fromBlocks(toBlocks(written), newId);
    expect(rest).toEqual({ text: written.text, mentions: written.mentions });
    expect(attachments).toMatchObject([{ kind: "block", block: image }]);
  });

  it("keeps a long paste apart from the text, on the way back too", () => {
    const text = "line\n".repeat(60);
    const back = fromBlocks(toBlocks(draft("look", { attachments: [{ kind: "paste", id: "p", text }] })), newId);
    expect(back.text).toBe("look");
    expect(back.attachments).toMatchObject([{ kind: "paste", text }]);
  });

  it("is empty when there is nothing to send", () => {
    expect(isEmptyDraft(draft(" \n"))).toBe(true);
    expect(toBlocks(draft(" \n"))).toEqual([]);
    expect(isEmptyDraft(draft("", { attachments: [{ kind: "block", id: "x", block: image }] }))).toBe(false);
  });

  it("joins without losing either", () => {
    const joined = joinDrafts(draft("back", { mentions: [file("a")] }), draft("typed", { mentions: [file("a"), file("b")] }));
    expect(joined).toEqual({ text: "back\n\ntyped", mentions: [file("a"), file("b")], attachments: [] });
    expect(joinDrafts(draft(""), draft("typed")).text).toBe("typed");
  });
});
