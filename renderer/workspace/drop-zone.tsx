import { useState, type DragEvent } from "react";
import { moveTab } from "../../shared/layout.ts";
import { panesOf, tabKey, type Pane, type Side, type Tab } from "../../shared/layout-tree.ts";
import { splitWith } from "../commands/split-pane.ts";
import { changeLayout, getLayout } from "../stores/layout.ts";
import { cx } from "../ui/cx.ts";
import { dropPlace, useDrag } from "./drag.ts";

const covers: Record<Side | "center", string> = {
  center: "inset-0",
  left: "inset-y-0 left-0 w-1/2",
  right: "inset-y-0 right-0 w-1/2",
  up: "inset-x-0 top-0 h-1/2",
  down: "inset-x-0 bottom-0 h-1/2",
};

/** Lies over a pane while a tab is dragged: the middle takes it in, an edge splits. */
export function DropZone({ sessionId, pane }: { sessionId: string; pane: Pane }): React.JSX.Element {
  const [place, setPlace] = useState<Side | "center" | null>(null);
  const onDragOver = (event: DragEvent): void => {
    event.preventDefault();
    const box = event.currentTarget.getBoundingClientRect();
    setPlace(dropPlace((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
  };
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    const { key } = useDrag.getState();
    const tab = key ? tabOf(sessionId, key) : null;
    if (!tab || !place) return;
    if (place === "center") changeLayout(sessionId, (layout) => moveTab(layout, tabKey(tab), pane.id));
    else splitWith(sessionId, pane.id, place, tab);
    useDrag.setState({ key: null });
  };
  return (
    <div onDragOver={onDragOver} onDragLeave={() => setPlace(null)} onDrop={onDrop} className="absolute inset-0 z-20">
      {place ? (
        <div aria-hidden className={cx("pointer-events-none absolute border border-accent bg-accent-soft", covers[place])} />
      ) : null}
    </div>
  );
}

function tabOf(sessionId: string, key: string): Tab | null {
  const layout = getLayout(sessionId);
  return (layout ? panesOf(layout.root) : []).flatMap((pane) => pane.tabs).find((tab) => tabKey(tab) === key) ?? null;
}
