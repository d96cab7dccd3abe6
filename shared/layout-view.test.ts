import { describe, expect, it } from "vitest";
import { activateTab, firstLayout, openTab, splitPane, toggleZoom } from "./layout.ts";
import { panesOf, tabKey } from "./layout-tree.ts";
import { movedLine, place, viewOf } from "./layout-view.ts";

describe("viewOf", () => {
  it("shows one pane with every tab on a phone, the focused one's in front", () => {
    const layout = activateTab(firstLayout("a", true), "changes");
    const view = viewOf(layout, "phone");
    expect(view.kind === "pane" && view.tabs.map(tabKey)).toEqual(["chat:a", "changes"]);
    expect(view.kind === "pane" && view.active).toBe("changes");
  });

  it("shows what another pane has in front on a phone, where the focused one is empty", () => {
    const first = firstLayout("a", true);
    const layout = splitPane(first, first.focused, "right");
    const view = viewOf(layout, "phone");
    expect(view.kind === "pane" && view.active).toBe("chat:a");
  });

  it("makes the changes pane a tab of the chat's pane in a narrow window", () => {
    const layout = firstLayout("a", true);
    const view = viewOf(layout, "narrow");
    expect(view.kind === "pane" && [view.tabs.map(tabKey), view.active]).toEqual([["chat:a", "changes"], "chat:a"]);
    const focused = viewOf(activateTab(layout, "changes"), "narrow");
    expect(focused.kind === "pane" && focused.active).toBe("changes");
  });

  it("leaves two chats side by side in a narrow window", () => {
    const layout = splitPane(firstLayout("a", true), "p1", "down", { kind: "chat", id: "b" });
    expect(panesOf(viewOf(layout, "narrow")).map((pane) => pane.tabs.map(tabKey))).toEqual([["chat:a", "changes"], ["chat:b"]]);
  });

  it("shows only the zoomed pane", () => {
    const layout = toggleZoom(firstLayout("a", true));
    const view = viewOf(layout, "wide");
    expect(view.kind === "pane" && view.tabs.map(tabKey)).toEqual(["chat:a"]);
    expect(viewOf(toggleZoom(layout), "wide")).toBe(layout.root);
  });
});

describe("place", () => {
  it("divides the whole workspace without gaps or overlaps", () => {
    let layout = firstLayout("a", true);
    layout = splitPane(layout, "p1", "down", { kind: "chat", id: "b" });
    layout = openTab(splitPane(layout, layout.focused, "right"), { kind: "chat", id: "c" });
    const { panes, dividers } = place(layout.root);
    expect(panes.reduce((sum, { rect }) => sum + rect.width * rect.height, 0)).toBeCloseTo(10_000);
    expect(dividers).toHaveLength(panes.length - 1);
    expect(panes[0]?.rect).toEqual({ left: 0, top: 0, width: 50, height: 50 });
    for (const { split, rect, at } of dividers) {
      const [start, length] = split.direction === "row" ? [rect.left, rect.width] : [rect.top, rect.height];
      expect(at).toBeGreaterThan(start);
      expect(at).toBeLessThan(start + length);
    }
  });
});

describe("movedLine", () => {
  it("gives to one neighbour what it takes from the other, and squeezes neither below the least size", () => {
    expect(movedLine([40, 40, 20], 0, 10, 5)).toEqual([50, 30, 20]);
    expect(movedLine([40, 40, 20], 1, 90, 5)).toEqual([40, 55, 5]);
    expect(movedLine([40, 40, 20], 0, -90, 15)).toEqual([15, 65, 20]);
    expect(movedLine([10, 10, 80], 0, 4, 30)).toEqual([10, 10, 80]);
  });
});
