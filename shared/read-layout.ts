import { layoutVersion, maxClosed, maxPanes, singleLayout, type ClosedItem, type Layout } from "./layout.ts";
import {
  evened,
  joined,
  mapPanes,
  panesOf,
  tabKey,
  withoutPane,
  type LayoutNode,
  type Pane,
  type Side,
  type Split,
  type Tab,
} from "./layout-tree.ts";
import { isRecord } from "./is-record.ts";

const maxDepth = 12;
const maxTabs = 200;

/**
 * A stored document → a layout that holds. Whatever is wrong with it (an older form, a hand-made edit, half a file) is
 * mended or left out, and nothing of it is fatal; from null, or where nothing can be saved, comes one empty pane.
 */
export function readLayout(document: unknown): Layout {
  if (!isRecord(document)) return singleLayout();
  const reader: Reader = { seen: new Set(), ids: new Set(), counter: highestNumber(document) };
  const root = readNode(document.root, reader, 0);
  if (!root) return singleLayout();
  const fitted = atMostMaxPanes(root);
  const paneIds = panesOf(fitted).map((pane) => pane.id);
  const has = (id: unknown): id is string => typeof id === "string" && paneIds.includes(id);
  const focused = has(document.focused) ? document.focused : (paneIds[0] ?? "");
  return {
    version: layoutVersion,
    root: fitted,
    focused,
    zoomed: document.zoomed === focused && paneIds.length > 1 ? focused : null,
    closed: listOf(document.closed)
      .map(readClosed)
      .filter((entry) => entry !== null)
      .slice(-maxClosed),
    counter: reader.counter,
  };
}

/** `seen`: tab keys already placed. `ids`: of panes and splits. `counter`: the highest number given so far. */
type Reader = { seen: Set<string>; ids: Set<string>; counter: number };

function readNode(value: unknown, reader: Reader, depth: number): LayoutNode | null {
  if (!isRecord(value) || depth > maxDepth) return null;
  if (value.kind === "pane") return readPane(value, reader);
  if (value.kind !== "split") return null;
  const sizes = evened(listOf(value.sizes));
  const parts: { child: LayoutNode; size: number }[] = [];
  listOf(value.children).forEach((child, index) => {
    const node = readNode(child, reader, depth + 1);
    if (node) parts.push({ child: node, size: sizes[index] ?? Number.NaN });
  });
  const split: Split = {
    kind: "split",
    id: freeId(value.id, "s", reader),
    direction: value.direction === "column" ? "column" : "row",
    children: [],
    sizes: [],
  };
  const even = evened(parts.map(({ size }) => size));
  return joined(
    split,
    parts.map(({ child }, index) => ({ child, size: even[index] ?? 0 })),
  );
}

function readPane(value: Record<string, unknown>, reader: Reader): Pane {
  const tabs = listOf(value.tabs)
    .map(readTab)
    .filter((tab) => tab !== null)
    .filter((tab) => !reader.seen.has(tabKey(tab)) && reader.seen.add(tabKey(tab)))
    .slice(0, maxTabs);
  const id = freeId(value.id, "p", reader);
  const active = tabs.find((tab) => tabKey(tab) === value.active) ?? tabs[0];
  return { kind: "pane", id, number: Number(id.slice(1)), tabs, active: active ? tabKey(active) : null };
}

function readTab(value: unknown): Tab | null {
  if (!isRecord(value)) return null;
  if (value.kind === "changes" || value.kind === "history") return { kind: value.kind };
  if (value.kind !== "chat" && value.kind !== "terminal" && value.kind !== "file") return null;
  return typeof value.id === "string" && value.id !== "" ? { kind: value.kind, id: value.id } : null;
}

function readClosed(value: unknown): ClosedItem | null {
  if (!isRecord(value)) return null;
  if (value.kind === "tab") {
    const tab = readTab(value.tab);
    return tab
      ? {
          kind: "tab",
          tab,
          paneId: String(value.paneId),
          index: Number.isInteger(value.index) ? Math.max(0, Number(value.index)) : 0,
        }
      : null;
  }
  if (value.kind !== "pane") return null;
  const tabs = listOf(value.tabs)
    .map(readTab)
    .filter((tab) => tab !== null);
  return {
    kind: "pane",
    tabs,
    active: typeof value.active === "string" ? value.active : null,
    besideId: String(value.besideId),
    side: isSide(value.side) ? value.side : "right",
  };
}

/** The stored id if it is well formed and nobody has it yet, otherwise the next one. */
function freeId(id: unknown, prefix: "p" | "s", reader: Reader): string {
  const wanted =
    typeof id === "string" && new RegExp(`^${prefix}[1-9]\\d{0,8}$`).test(id) && !reader.ids.has(id)
      ? id
      : `${prefix}${(reader.counter += 1)}`;
  reader.ids.add(wanted);
  return wanted;
}

/** The highest number that any id in the document, or its counter, uses: what comes next is above it. */
function highestNumber(document: Record<string, unknown>): number {
  let highest = 0;
  const look = (value: unknown, depth: number): void => {
    if (!isRecord(value) || depth > maxDepth) return;
    const number = typeof value.id === "string" ? /^[ps]([1-9]\d{0,8})$/.exec(value.id)?.[1] : undefined;
    highest = Math.max(highest, Number(number ?? 0));
    for (const child of listOf(value.children)) look(child, depth + 1);
  };
  look(document.root, 0);
  const counter = document.counter;
  return typeof counter === "number" && Number.isInteger(counter) && counter < 1e9 ? Math.max(highest, counter) : highest;
}

/** The tabs of the panes over the limit go to the first pane. */
function atMostMaxPanes(root: LayoutNode): LayoutNode {
  const panes = panesOf(root);
  const first = panes[0];
  const over = panes.slice(maxPanes);
  if (!first || over.length === 0) return root;
  const pruned = over.reduce((node, pane) => withoutPane(node, pane.id) ?? node, root);
  const strays = over.flatMap((pane) => pane.tabs);
  return mapPanes(pruned, (pane) =>
    pane.id === first.id
      ? { ...pane, tabs: [...pane.tabs, ...strays], active: pane.active ?? (strays[0] ? tabKey(strays[0]) : null) }
      : pane,
  );
}

function isSide(value: unknown): value is Side {
  return value === "left" || value === "right" || value === "up" || value === "down";
}

function listOf(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}
