import { describe, expect, it } from "vitest";
import { nextCard, placeOfTab } from "./focus-places.ts";

describe("where the keys belong", () => {
  it("is the card that follows an answered one, else the first of the others, else none", () => {
    expect(nextCard(["a", "b", "c"], "a", ["b", "c"])).toBe("b");
    expect(nextCard(["a", "b", "c"], "b", ["a", "c", "d"])).toBe("c");
    expect(nextCard(["a", "b", "c"], "c", ["a", "b"])).toBe("a");
    expect(nextCard(["a", "b", "c"], "a", ["c", "d"])).toBe("c");
    expect(nextCard(["a"], "a", ["a"])).toBeNull();
  });

  it("is no field under a finger, where it would bring up a keyboard", () => {
    expect(placeOfTab({ kind: "chat", id: "c1" }, false).best).toEqual([
      '[data-pane-focused][data-tab="chat:c1"] [data-composer]',
    ]);
    expect(placeOfTab({ kind: "chat", id: "c1" }, true)).toEqual({
      best: [],
      otherwise: '[data-pane-focused][data-tab="chat:c1"]',
    });
    expect(placeOfTab({ kind: "changes" }, true).best).toHaveLength(1);
  });
});
