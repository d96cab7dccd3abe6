/** The pane tree of a session's window: shape and plain operations on it, without knowing what a command is. */

/** The `id` of a file is its path in the working copy, with `/` between folders. */
export type Tab =
  | { kind: "chat"; id: string }
  | { kind: "terminal"; id: string }
  | { kind: "file"; id: string }
  | { kind: "changes" }
  | { kind: "history" };
export type TabKind = Tab["kind"];

/** `number` counts up over the life of the layout: the lower, the older. `active` is the key of one of the tabs, null when there are none. */
export type Pane = { kind: "pane"; id: string; number: number; tabs: Tab[]; active: string | null };
/** `row`: side by side. `sizes` are percentages, one per child, together 100. At least two children, none a split of the same direction. */
export type Split = { kind: "split"; id: string; direction: "row" | "column"; children: LayoutNode[]; sizes: number[] };
export type LayoutNode = Pane | Split;

export type Side = "left" | "right" | "up" | "down";

/** What names a tab within a session. */
export function tabKey(tab: Tab): string {
  return "id" in tab ? `${tab.kind}:${tab.id}` : tab.kind;
}

/** The panes as read on the screen: left to right, top to bottom within their splits. */
export function panesOf(node: LayoutNode): Pane[] {
  return node.kind === "pane" ? [node] : node.children.flatMap(panesOf);
}

export function mapPanes(node: LayoutNode, change: (pane: Pane) => Pane): LayoutNode {
  if (node.kind === "pane") return change(node);
  const children = node.children.map((child) => mapPanes(child, change));
  return children.every((child, index) => child === node.children[index]) ? node : { ...node, children };
}

export function mapSplits(node: LayoutNode, change: (split: Split) => Split): LayoutNode {
  if (node.kind === "pane") return node;
  const children = node.children.map((child) => mapSplits(child, change));
  return change(children.every((child, index) => child === node.children[index]) ? node : { ...node, children });
}

/** The tree without that pane; null if it was the only one. Its room goes to its neighbours in proportion. */
export function withoutPane(node: LayoutNode, paneId: string): LayoutNode | null {
  if (node.kind === "pane") return node.id === paneId ? null : node;
  const kept: { child: LayoutNode; size: number }[] = [];
  node.children.forEach((before, index) => {
    const child = withoutPane(before, paneId);
    if (child) kept.push({ child, size: node.sizes[index] ?? 0 });
  });
  return joined(node, kept);
}

/**
 * The tree with `pane` at that side of the pane `besideId`. Where the panes of a row or column were alike they stay so;
 * elsewhere the one beside gives half of its room.
 */
export function withPaneBeside(node: LayoutNode, besideId: string, side: Side, pane: Pane, splitId: string): LayoutNode {
  if (node.kind === "pane") {
    if (node.id !== besideId) return node;
    const first = side === "left" || side === "up";
    return {
      kind: "split",
      id: splitId,
      direction: directionOf(side),
      children: first ? [pane, node] : [node, pane],
      sizes: [50, 50],
    };
  }
  const kept = node.children.map((child, index) => ({
    child: withPaneBeside(child, besideId, side, pane, splitId),
    size: node.sizes[index] ?? 0,
  }));
  const next = joined(node, kept) ?? node;
  if (next.kind !== "split" || next.children.length === node.children.length || !alike(node.sizes)) return next;
  return { ...next, sizes: next.children.map(() => 100 / next.children.length) };
}

function alike(sizes: readonly number[]): boolean {
  return Math.max(...sizes) - Math.min(...sizes) < 1;
}

export function directionOf(side: Side): Split["direction"] {
  return side === "left" || side === "right" ? "row" : "column";
}

/** A split of these children: unwrapped if only one is left, those of the same direction taken in, sizes made 100 again. */
export function joined(split: Split, parts: { child: LayoutNode; size: number }[]): LayoutNode | null {
  const only = parts[0];
  if (!only) return null;
  if (parts.length === 1) return only.child;
  const flat = parts.flatMap(({ child, size }) =>
    child.kind === "split" && child.direction === split.direction
      ? child.children.map((grandchild, index) => ({ child: grandchild, size: (size * (child.sizes[index] ?? 0)) / 100 }))
      : [{ child, size }],
  );
  const same =
    flat.length === split.children.length &&
    flat.every(({ child, size }, index) => child === split.children[index] && size === split.sizes[index]);
  if (same) return split;
  return { ...split, children: flat.map(({ child }) => child), sizes: evened(flat.map(({ size }) => size)) };
}

/** Sizes in percent that add up to 100; equal ones where the given make no sense. */
export function evened(sizes: readonly unknown[]): number[] {
  const sane = sizes.map((size) => (typeof size === "number" && Number.isFinite(size) && size > 0 ? size : null));
  if (sane.length === 0) return [];
  if (sane.includes(null)) return sane.map(() => 100 / sane.length);
  const total = sane.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  // Within rounding of 100 they stay as they are, so that reading what was stored changes nothing.
  return sane.map((size) => (Math.abs(total - 100) < 1e-6 ? (size ?? 0) : ((size ?? 0) * 100) / total));
}

export function findPaneNode(node: LayoutNode, paneId: string): Pane | null {
  return panesOf(node).find((pane) => pane.id === paneId) ?? null;
}
