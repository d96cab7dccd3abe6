/**
 * What a session's window shows: up to five panes with tabs. Pure operations; each returns the layout it was given
 * when there is nothing to do, so a caller may compare by identity.
 */
import {
  evened,
  mapPanes,
  mapSplits,
  panesOf,
  tabKey,
  withoutPane,
  withPaneBeside,
  type LayoutNode,
  type Pane,
  type Side,
  type Tab,
} from "./layout-tree.ts";

export const layoutVersion = 1;
export const maxPanes = 5;
export const maxClosed = 10;

/** Something closed that can be brought back: where it was, and what it held. */
export type ClosedItem =
  | { kind: "tab"; tab: Tab; paneId: string; index: number }
  | { kind: "pane"; tabs: Tab[]; active: string | null; besideId: string; side: Side };

/**
 * `zoomed`: the pane that fills the window for now. `closed`: latest last. `counter` names panes and splits and never
 * goes back, so ids aren't used twice. A tab (a chat above all) is in at most one pane.
 */
export type Layout = {
  version: typeof layoutVersion;
  root: LayoutNode;
  focused: string;
  zoomed: string | null;
  closed: ClosedItem[];
  counter: number;
};

/** One pane with these tabs, the first active. */
export function singleLayout(tabs: Tab[] = []): Layout {
  const pane = newPane(1, tabs);
  return { version: layoutVersion, root: pane, focused: pane.id, zoomed: null, closed: [], counter: 1 };
}

/** How a new session opens: its chat, and where there is room, the changes to the right of it. */
export function firstLayout(chatId: string, wide: boolean): Layout {
  const layout = singleLayout([{ kind: "chat", id: chatId }]);
  if (!wide) return openTab(layout, { kind: "changes" }, { activate: false });
  const split = splitPane(layout, layout.focused, "right", { kind: "changes" });
  return focusPane(resizeFirstSplit(split, [50, 50]), layout.focused);
}

export function findPane(layout: Layout, paneId: string | null): Pane | null {
  return panesOf(layout.root).find((pane) => pane.id === paneId) ?? null;
}

export function focusedPane(layout: Layout): Pane {
  const panes = panesOf(layout.root);
  return panes.find((pane) => pane.id === layout.focused) ?? (panes[0] as Pane);
}

/** The pane that has the tab. */
export function paneOfTab(layout: Layout, key: string): Pane | null {
  return panesOf(layout.root).find((pane) => pane.tabs.some((tab) => tabKey(tab) === key)) ?? null;
}

/** The tab in front of the focused pane. */
export function activeTab(layout: Layout): Tab | null {
  const pane = focusedPane(layout);
  return pane.tabs.find((tab) => tabKey(tab) === pane.active) ?? null;
}

/** Shows the tab: where it is already, otherwise as the last tab of `paneId` (default: the focused pane). */
export function openTab(layout: Layout, tab: Tab, options: { paneId?: string; activate?: boolean } = {}): Layout {
  const { activate = true } = options;
  const key = tabKey(tab);
  const home = paneOfTab(layout, key);
  if (home) return activate ? activateTab(layout, key) : layout;
  const target = findPane(layout, options.paneId ?? null) ?? focusedPane(layout);
  const next = inPane(layout, target.id, (pane) => ({
    ...pane,
    tabs: [...pane.tabs, tab],
    active: activate ? key : (pane.active ?? key),
  }));
  return activate ? focusPane(next, target.id) : next;
}

/** Brings a tab to the front and the focus to its pane. */
export function activateTab(layout: Layout, key: string): Layout {
  const pane = paneOfTab(layout, key);
  if (!pane) return layout;
  return focusPane(pane.active === key ? layout : inPane(layout, pane.id, (was) => ({ ...was, active: key })), pane.id);
}

/** The next (1) or previous (−1) tab of the focused pane, round and round. */
export function cycleTab(layout: Layout, step: 1 | -1): Layout {
  const pane = focusedPane(layout);
  const at = pane.tabs.findIndex((tab) => tabKey(tab) === pane.active);
  const next = pane.tabs.at((at + step + pane.tabs.length) % Math.max(1, pane.tabs.length));
  return next ? activateTab(layout, tabKey(next)) : layout;
}

export function focusPane(layout: Layout, paneId: string): Layout {
  if (!findPane(layout, paneId)) return layout;
  const zoomed = layout.zoomed === null ? null : paneId;
  return layout.focused === paneId && layout.zoomed === zoomed ? layout : { ...layout, focused: paneId, zoomed };
}

/** The focus goes to the next (1) or previous (−1) pane on the screen. */
export function cyclePane(layout: Layout, step: 1 | -1): Layout {
  const panes = panesOf(layout.root);
  const at = panes.findIndex((pane) => pane.id === layout.focused);
  const next = panes.at((at + step + panes.length) % panes.length);
  return next ? focusPane(layout, next.id) : layout;
}

export function toggleZoom(layout: Layout, paneId = layout.focused): Layout {
  if (layout.zoomed === paneId) return { ...layout, zoomed: null };
  return panesOf(layout.root).length > 1 && findPane(layout, paneId) ? { ...layout, zoomed: paneId, focused: paneId } : layout;
}

/** A new pane at that side, focused: empty, or with `tab` (taken out of where it is). Unchanged at five panes. */
export function splitPane(layout: Layout, paneId: string, side: Side, tab?: Tab): Layout {
  if (panesOf(layout.root).length >= maxPanes || !findPane(layout, paneId)) return layout;
  const pane = newPane(layout.counter + 1, tab ? [tab] : []);
  const cleared = tab ? withoutTab(layout, tabKey(tab)) : layout;
  const root = withPaneBeside(cleared.root, paneId, side, pane, `s${layout.counter + 2}`);
  return dropEmptied({ ...cleared, root, counter: layout.counter + 2, focused: pane.id, zoomed: null }, layout, pane.id);
}

/** Moves a tab to a place in a pane (default: its end) and shows it there. A pane that loses its last tab by this goes. */
export function moveTab(layout: Layout, key: string, paneId: string, index?: number): Layout {
  const source = paneOfTab(layout, key);
  const tab = source?.tabs.find((candidate) => tabKey(candidate) === key);
  if (!source || !tab || !findPane(layout, paneId)) return layout;
  const next = inPane(withoutTab(layout, key), paneId, (pane) => {
    const at = Math.max(0, Math.min(index ?? pane.tabs.length, pane.tabs.length));
    return { ...pane, tabs: pane.tabs.toSpliced(at, 0, tab), active: key };
  });
  return dropEmptied(focusPane(next, paneId), layout, paneId);
}

/** Takes the tab away; it can be reopened. The pane stays, empty if it was the last. */
export function closeTab(layout: Layout, key: string): Layout {
  const pane = paneOfTab(layout, key);
  const index = pane?.tabs.findIndex((tab) => tabKey(tab) === key) ?? -1;
  const tab = pane?.tabs[index];
  if (!pane || !tab) return layout;
  return remember(withoutTab(layout, key), { kind: "tab", tab, paneId: pane.id, index });
}

/** Takes the pane away; its tabs move, in order, to the oldest pane that has a chat or is empty. The last pane stays. */
export function closePane(layout: Layout, paneId: string): Layout {
  const pane = findPane(layout, paneId);
  const root = withoutPane(layout.root, paneId);
  if (!pane || !root) return layout;
  const byAge = panesOf(root).toSorted((a, b) => a.number - b.number);
  const heir =
    byAge.find((other) => other.tabs.length === 0 || other.tabs.some((tab) => tab.kind === "chat")) ?? (byAge[0] as Pane);
  const moved: Layout = unzoomedIfAlone({
    ...layout,
    root: mapPanes(root, (other) =>
      other.id === heir.id ? { ...other, tabs: [...other.tabs, ...pane.tabs], active: other.active ?? pane.active } : other,
    ),
    focused: layout.focused === paneId ? heir.id : layout.focused,
    zoomed: layout.zoomed === paneId ? null : layout.zoomed,
  });
  return remember(moved, { kind: "pane", tabs: pane.tabs, active: pane.active, ...placeOf(layout, paneId) });
}

/** Brings back what was closed last, taking its tabs out of wherever they are now. `exists` says which still have something to show. */
export function reopen(layout: Layout, exists: (tab: Tab) => boolean = () => true): Layout {
  const last = layout.closed.at(-1);
  if (!last) return layout;
  const rest = { ...layout, closed: layout.closed.slice(0, -1) };
  if (last.kind === "tab") {
    if (!exists(last.tab)) return reopen(rest, exists);
    const paneId = findPane(rest, last.paneId) ? last.paneId : rest.focused;
    return moveTab(openTab(rest, last.tab, { paneId }), tabKey(last.tab), paneId, last.index);
  }
  const tabs = last.tabs.filter(exists);
  if (tabs.length === 0 && last.tabs.length > 0) return reopen(rest, exists);
  const besideId = findPane(rest, last.besideId) ? last.besideId : rest.focused;
  const split = splitPane(rest, besideId, last.side);
  if (split === rest) return tabs.reduce((next, tab) => openTab(next, tab), rest);
  const filled = tabs.reduce((next, tab) => withoutTab(next, tabKey(tab)), split);
  const active = tabs.some((tab) => tabKey(tab) === last.active) ? last.active : tabs[0] ? tabKey(tabs[0]) : null;
  return dropEmptied(
    inPane(filled, split.focused, (pane) => ({ ...pane, tabs, active })),
    rest,
    split.focused,
  );
}

/** New sizes, in percent, of one split's children. */
export function resize(layout: Layout, splitId: string, sizes: number[]): Layout {
  const root = mapSplits(layout.root, (split) =>
    split.id !== splitId || sizes.length !== split.children.length ? split : { ...split, sizes: evened(sizes) },
  );
  return root === layout.root ? layout : { ...layout, root };
}

/** Without the tabs that have nothing to show any more: a terminal that is gone, a chat that was archived. Not to be reopened. */
export function keepTabs(layout: Layout, exists: (tab: Tab) => boolean): Layout {
  const gone = panesOf(layout.root)
    .flatMap((pane) => pane.tabs)
    .filter((tab) => !exists(tab));
  return gone.reduce((next, tab) => withoutTab(next, tabKey(tab)), layout);
}

function newPane(number: number, tabs: Tab[]): Pane {
  return { kind: "pane", id: `p${number}`, number, tabs, active: tabs[0] ? tabKey(tabs[0]) : null };
}

function inPane(layout: Layout, paneId: string, change: (pane: Pane) => Pane): Layout {
  return { ...layout, root: mapPanes(layout.root, (pane) => (pane.id === paneId ? change(pane) : pane)) };
}

/** The neighbour to the right, else the left, comes to the front in its stead. */
function withoutTab(layout: Layout, key: string): Layout {
  const home = paneOfTab(layout, key);
  if (!home) return layout;
  return inPane(layout, home.id, (pane) => {
    const at = pane.tabs.findIndex((tab) => tabKey(tab) === key);
    const tabs = pane.tabs.toSpliced(at, 1);
    const neighbour = tabs[at] ?? tabs[at - 1];
    return { ...pane, tabs, active: pane.active === key ? (neighbour ? tabKey(neighbour) : null) : pane.active };
  });
}

/** Panes that had tabs in `before` and have none now go, all but `keepId`. */
function dropEmptied(layout: Layout, before: Layout, keepId: string): Layout {
  const emptied = panesOf(layout.root).filter(
    (pane) => pane.id !== keepId && pane.tabs.length === 0 && (findPane(before, pane.id)?.tabs.length ?? 0) > 0,
  );
  return emptied.reduce((next, pane) => {
    const root = withoutPane(next.root, pane.id);
    return root ? unzoomedIfAlone({ ...next, root }) : next;
  }, layout);
}

function unzoomedIfAlone(layout: Layout): Layout {
  return layout.zoomed !== null && layout.root.kind === "pane" ? { ...layout, zoomed: null } : layout;
}

function remember(layout: Layout, closed: ClosedItem): Layout {
  return { ...layout, closed: [...layout.closed, closed].slice(-maxClosed) };
}

/** Beside which pane, and at which side of it, a pane is; so that it can come back there. */
function placeOf(layout: Layout, paneId: string): { besideId: string; side: Side } {
  const search = (node: LayoutNode): { besideId: string; side: Side } | null => {
    if (node.kind === "pane") return null;
    const at = node.children.findIndex((child) => child.kind === "pane" && child.id === paneId);
    if (at === -1) return node.children.map(search).find((place) => place !== null) ?? null;
    const neighbour = node.children[at - 1] ?? node.children[at + 1];
    const beside = neighbour ? panesOf(neighbour).at(at > 0 ? -1 : 0) : null;
    const sides: [Side, Side] = node.direction === "row" ? ["right", "left"] : ["down", "up"];
    return beside ? { besideId: beside.id, side: at > 0 ? sides[0] : sides[1] } : null;
  };
  return search(layout.root) ?? { besideId: layout.focused, side: "right" };
}

function resizeFirstSplit(layout: Layout, sizes: number[]): Layout {
  return layout.root.kind === "split" ? resize(layout, layout.root.id, sizes) : layout;
}
