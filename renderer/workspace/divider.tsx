import type { KeyboardEvent, PointerEvent } from "react";
import { resize } from "../../shared/layout.ts";
import { leastPane, movedLine, type Divider } from "../../shared/layout-view.ts";
import { changeLayout } from "../stores/layout.ts";
import { cx } from "../ui/cx.ts";

/** The line between two panes: dragged, or moved with the arrow keys; a double click makes both equal. */
export function DividerLine({ sessionId, divider }: { sessionId: string; divider: Divider }): React.JSX.Element {
  const { split, index, rect, at } = divider;
  const isRow = split.direction === "row";
  const leastPx = isRow ? leastPane.width : leastPane.height;

  const move = (sizes: readonly number[], deltaPercent: number, lengthPx: number): void =>
    changeLayout(sessionId, (layout) =>
      resize(layout, split.id, movedLine(sizes, index, deltaPercent, (leastPx / Math.max(1, lengthPx)) * 100)),
    );
  const lengthOf = (element: Element): number => {
    const box = element.parentElement?.getBoundingClientRect();
    return isRow ? ((box?.width ?? 1) * rect.width) / 100 : ((box?.height ?? 1) * rect.height) / 100;
  };
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    const line = event.currentTarget;
    const start = isRow ? event.clientX : event.clientY;
    const length = lengthOf(line);
    const sizes = split.sizes;
    line.setPointerCapture(event.pointerId);
    const drag = (now: globalThis.PointerEvent): void =>
      move(sizes, (((isRow ? now.clientX : now.clientY) - start) / length) * 100, length);
    line.addEventListener("pointermove", drag);
    line.addEventListener("lostpointercapture", () => line.removeEventListener("pointermove", drag), { once: true });
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const step = { ArrowLeft: -2, ArrowUp: -2, ArrowRight: 2, ArrowDown: 2, Home: -100, End: 100 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    move(split.sizes, step, lengthOf(event.currentTarget));
  };
  const evenOut = (): void => {
    const both = (split.sizes[index] ?? 0) + (split.sizes[index + 1] ?? 0);
    changeLayout(sessionId, (layout) =>
      resize(
        layout,
        split.id,
        split.sizes.map((size, i) => (i === index || i === index + 1 ? both / 2 : size)),
      ),
    );
  };

  return (
    <div
      role="separator"
      tabIndex={0}
      aria-label={isRow ? "Width of the panes" : "Height of the panes"}
      aria-orientation={isRow ? "vertical" : "horizontal"}
      aria-valuenow={Math.round(split.sizes[index] ?? 0)}
      aria-valuemin={0}
      aria-valuemax={100}
      onPointerDown={onPointerDown}
      onKeyDown={onKeyDown}
      onDoubleClick={evenOut}
      style={
        isRow
          ? { left: `${at}%`, top: `${rect.top}%`, height: `${rect.height}%` }
          : { top: `${at}%`, left: `${rect.left}%`, width: `${rect.width}%` }
      }
      className={cx(
        "absolute z-10 touch-none before:absolute before:bg-line before:transition-colors hover:before:bg-accent focus-visible:before:bg-accent active:before:bg-accent focus-visible:outline-none",
        isRow
          ? "-ml-1 w-2 cursor-col-resize before:inset-y-0 before:left-[calc(50%-0.5px)] before:w-px"
          : "-mt-1 h-2 cursor-row-resize before:inset-x-0 before:top-[calc(50%-0.5px)] before:h-px",
      )}
    />
  );
}
