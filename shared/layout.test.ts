import { describe, expect, it } from "vitest";
import {
  activateTab,
  activeTab,
  closePane,
  closeTab,
  cyclePane,
  cycleTab,
  findPane,
  firstLayout,
  focusPane,
  keepTabs,
  maxClosed,
  maxPanes,
  moveTab,
  openTab,
  paneOfTab,
  reopen,
  resize,
  singleLayout,
  splitPane,
  toggleZoom,
  type Layout,
} from "./layout.ts";
import { panesOf, tabKey, type LayoutNode, type Tab } from "./layout-tree.ts";
import { readLayout } from "./read-layout.ts";

const chat = (id: string): Tab => ({ kind: "chat", id });
const terminal = (id: string): Tab => ({ kind: "terminal", id });
const keys = (layout: Layout): string[][] => panesOf(layout.root).map((pane) => pane.tabs.map(tabKey));

/** What must hold of every layout, whatever was done to it. */
function check(layout: Layout): void {
  const panes = panesOf(layout.root);
  expect(panes.length).toBeGreaterThan(0);
  expect(panes.length).toBeLessThanOrEqual(maxPanes);
  expect(new Set(panes.map((pane) => pane.id)).size).toBe(panes.length);
  const all = panes.flatMap((pane) => pane.tabs.map(tabKey));
  expect(new Set(all).size).toBe(all.length);
  for (const pane of panes) {
    if (pane.tabs.length === 0) expect(pane.active).toBeNull();
    else expect(pane.tabs.map(tabKey)).toContain(pane.active);
    expect(pane.number).toBeLessThanOrEqual(layout.counter);
  }
  expect(panes.map((pane) => pane.id)).toContain(layout.focused);
  if (layout.zoomed !== null) expect(layout.zoomed).toBe(layout.focused);
  expect(layout.closed.length).toBeLessThanOrEqual(maxClosed);
  checkNode(layout.root);
}

function checkNode(node: LayoutNode): void {
  if (node.kind === "pane") return;
  expect(node.children.length).toBeGreaterThan(1);
  expect(node.sizes).toHaveLength(node.children.length);
  expect(node.sizes.reduce((sum, size) => sum + size, 0)).toBeCloseTo(100);
  for (const size of node.sizes) expect(size).toBeGreaterThan(0);
  for (const child of node.children) {
    if (child.kind === "split") expect(child.direction).not.toBe(node.direction);
    checkNode(child);
  }
}

/** Mulberry32: the same numbers for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) % below;
  };
}

function randomStep(layout: Layout, random: (below: number) => number): Layout {
  const panes = panesOf(layout.root);
  const pane = panes[random(panes.length)]?.id ?? "";
  const pool = [
    chat("a"),
    chat("b"),
    chat("c"),
    chat("d"),
    terminal("t"),
    { kind: "changes" } as Tab,
    { kind: "history" } as Tab,
  ];
  const tab = pool[random(pool.length)] ?? chat("a");
  const side = (["left", "right", "up", "down"] as const)[random(4)] ?? "left";
  const steps = [
    () => openTab(layout, tab, { paneId: pane, activate: random(2) === 0 }),
    () => splitPane(layout, pane, side),
    () => splitPane(layout, pane, side, tab),
    () => moveTab(layout, tabKey(tab), pane, random(4)),
    () => closeTab(layout, tabKey(tab)),
    () => closePane(layout, pane),
    () => reopen(layout, (candidate) => random(5) > 0 || candidate.kind === "chat"),
    () => focusPane(layout, pane),
    () => toggleZoom(layout, pane),
    () => cycleTab(layout, random(2) === 0 ? 1 : -1),
    () => cyclePane(layout, random(2) === 0 ? 1 : -1),
    () => keepTabs(layout, (candidate) => candidate.kind !== "terminal"),
    () =>
      layout.root.kind === "split"
        ? resize(
            layout,
            layout.root.id,
            layout.root.sizes.map(() => 1 + random(90)),
          )
        : layout,
  ];
  return (steps[random(steps.length)] ?? (() => layout))();
}

describe("layout", () => {
  it("holds after any sequence of operations, and survives being stored", () => {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = randomOf(seed);
      let layout = singleLayout();
      for (let step = 0; step < 60; step += 1) {
        layout = randomStep(layout, random);
        check(layout);
      }
      const stored: unknown = JSON.parse(JSON.stringify(layout));
      const again = readLayout(stored);
      check(again);
      expect(again).toEqual(layout);
    }
  });

  it("opens a new session with the chat left and the changes right, or as tabs where it is narrow", () => {
    const wide = firstLayout("a", true);
    expect(keys(wide)).toEqual([["chat:a"], ["changes"]]);
    expect(activeTab(wide)).toEqual(chat("a"));
    const narrow = firstLayout("a", false);
    expect(keys(narrow)).toEqual([["chat:a", "changes"]]);
    expect(activeTab(narrow)).toEqual(chat("a"));
  });

  it("shows a tab where it is instead of opening it twice", () => {
    const layout = openTab(firstLayout("a", true), chat("a"), { paneId: "p2" });
    expect(keys(layout)).toEqual([["chat:a"], ["changes"]]);
    expect(layout.focused).toBe(paneOfTab(layout, "chat:a")?.id);
  });

  it("moves a closed pane's tabs, in order, to the oldest chat or empty pane", () => {
    let layout = openTab(singleLayout([{ kind: "changes" }]), { kind: "history" });
    layout = splitPane(layout, layout.focused, "right", chat("a"));
    const chatPane = layout.focused;
    layout = splitPane(layout, chatPane, "down", terminal("t"));
    layout = openTab(layout, chat("b"));
    layout = closePane(layout, layout.focused);
    expect(findPane(layout, chatPane)?.tabs.map(tabKey)).toEqual(["chat:a", "terminal:t", "chat:b"]);
    expect(layout.focused).toBe(chatPane);
  });

  it("reopens a pane where it was, taking its tabs out of wherever they are now", () => {
    let layout = firstLayout("a", true);
    layout = openTab(layout, chat("b"), { paneId: paneOfTab(layout, "changes")?.id });
    const closed = closePane(layout, paneOfTab(layout, "changes")?.id ?? "");
    expect(keys(closed)).toEqual([["chat:a", "changes", "chat:b"]]);
    const back = reopen(closed);
    expect(keys(back)).toEqual([["chat:a"], ["changes", "chat:b"]]);
    expect(findPane(back, back.focused)?.active).toBe("chat:b");
    expect(back.closed).toEqual([]);
  });

  it("reopens a tab at its place, and passes over what no longer exists", () => {
    let layout = singleLayout([chat("a"), terminal("t"), chat("b")]);
    layout = closeTab(closeTab(layout, "chat:a"), "terminal:t");
    expect(keys(reopen(layout, (tab) => tab.kind !== "terminal"))).toEqual([["chat:a", "chat:b"]]);
    expect(keys(reopen(layout))).toEqual([["terminal:t", "chat:b"]]);
  });

  it("remembers ten closings", () => {
    let layout = singleLayout();
    for (let i = 0; i < 14; i += 1) layout = closeTab(openTab(layout, chat(String(i))), `chat:${i}`);
    expect(layout.closed).toHaveLength(10);
    for (let i = 0; i < 14; i += 1) layout = reopen(layout);
    expect(keys(layout)[0]).toHaveLength(10);
    expect(keys(layout)[0]).not.toContain("chat:3");
  });

  it("never makes a sixth pane, and keeps the last", () => {
    let layout = singleLayout([chat("a")]);
    for (let i = 0; i < 8; i += 1) layout = splitPane(layout, layout.focused, i % 2 === 0 ? "right" : "down");
    expect(panesOf(layout.root)).toHaveLength(5);
    for (let i = 0; i < 8; i += 1) layout = closePane(layout, layout.focused);
    expect(keys(layout)).toEqual([["chat:a"]]);
  });

  it("removes a pane whose last tab is dragged away, but not one whose last tab is closed", () => {
    const layout = firstLayout("a", true);
    expect(keys(moveTab(layout, "changes", "p1", 0))).toEqual([["changes", "chat:a"]]);
    expect(keys(closeTab(layout, "changes"))).toEqual([["chat:a"], []]);
  });

  it("brings the right neighbour to the front when the active tab closes, else the left", () => {
    const layout = activateTab(singleLayout([chat("a"), chat("b"), chat("c")]), "chat:b");
    const right = closeTab(layout, "chat:b");
    expect(activeTab(right)).toEqual(chat("c"));
    expect(activeTab(closeTab(right, "chat:c"))).toEqual(chat("a"));
  });

  it("keeps the zoom on the pane that has the focus", () => {
    const zoomed = toggleZoom(firstLayout("a", true));
    expect(zoomed.zoomed).toBe("p1");
    expect(activateTab(zoomed, "changes").zoomed).toBe(paneOfTab(zoomed, "changes")?.id);
    expect(toggleZoom(zoomed).zoomed).toBeNull();
    expect(toggleZoom(singleLayout()).zoomed).toBeNull();
  });
});

describe("readLayout", () => {
  it("starts with one empty pane when there is nothing to read", () => {
    for (const nothing of [null, undefined, 7, "x", [], {}, { version: 1, root: { kind: "grid" } }])
      expect(keys(readLayout(nothing))).toEqual([[]]);
  });

  it("keeps what it can of a damaged document", () => {
    const layout = readLayout({
      version: 99,
      focused: "nowhere",
      zoomed: 4,
      closed: [{ kind: "tab", tab: { kind: "chat" } }, { kind: "pane", tabs: [chat("z"), 5], side: "north" }, null],
      root: {
        kind: "split",
        direction: "diagonal",
        sizes: [10, "x"],
        children: [
          { kind: "pane", id: "p1", tabs: [chat("a"), { kind: "hologram" }, chat("a")], active: "chat:zzz" },
          {
            kind: "split",
            direction: "row",
            sizes: [],
            children: [
              { kind: "pane", id: "p1", tabs: [chat("a"), chat("b")] },
              { kind: "pane", id: "../x", tabs: "no" },
            ],
          },
          "noise",
        ],
      },
    });
    check(layout);
    expect(keys(layout)).toEqual([["chat:a"], ["chat:b"], []]);
    expect(layout.closed).toEqual([{ kind: "pane", tabs: [chat("z")], active: null, besideId: "undefined", side: "right" }]);
  });

  it("takes the tabs of panes over the limit into the first", () => {
    const children = Array.from({ length: 9 }, (_, index) => ({
      kind: "pane",
      id: `p${index + 1}`,
      tabs: [chat(String(index))],
    }));
    const layout = readLayout({ root: { kind: "split", direction: "row", children, sizes: [] } });
    check(layout);
    expect(keys(layout)[0]).toEqual(["chat:0", "chat:5", "chat:6", "chat:7", "chat:8"]);
  });

  it("never throws and always holds, whatever is changed in a stored document", () => {
    const random = randomOf(99);
    const junk: unknown[] = [null, -1, Number.NaN, "", "p1", [], {}, { kind: "split" }, { kind: "pane" }, 1e308, true];
    for (let round = 0; round < 400; round += 1) {
      let layout = singleLayout([chat("a")]);
      for (let step = 0; step < 15; step += 1) layout = randomStep(layout, random);
      const document: unknown = JSON.parse(JSON.stringify(layout));
      for (let cut = 0; cut < 3; cut += 1) damage(document, random, junk);
      check(readLayout(document));
    }
  });
});

function damage(value: unknown, random: (below: number) => number, junk: unknown[]): void {
  if (typeof value !== "object" || value === null) return;
  const names = Object.keys(value);
  const name = names[random(Math.max(1, names.length))];
  if (name === undefined) return;
  const holder = value as Record<string, unknown>;
  if (random(3) > 0) damage(holder[name], random, junk);
  else holder[name] = junk[random(junk.length)];
}

describe("sizes of a split", () => {
  const sizes = (layout: Layout): number[] => (layout.root.kind === "split" ? layout.root.sizes.map(Math.round) : [100]);

  it("stay alike where they were alike: five panes side by side have a fifth each", () => {
    let layout = singleLayout([chat("a")]);
    for (let i = 0; i < 4; i += 1) layout = splitPane(layout, layout.focused, "right");
    expect(sizes(layout)).toEqual([20, 20, 20, 20, 20]);
  });

  it("that a person chose are kept: only the pane beside gives of its own", () => {
    const two = splitPane(singleLayout([chat("a")]), singleLayout([chat("a")]).focused, "right");
    const root = two.root.kind === "split" ? two.root : null;
    const chosen = resize(two, root?.id ?? "", [80, 20]);
    expect(sizes(splitPane(chosen, chosen.focused, "right"))).toEqual([80, 10, 10]);
  });
});
