import { useState, type KeyboardEvent, type PointerEvent, type ReactNode } from "react";
import { useSettings } from "../stores/app.ts";
import { setDrawer, useFrame } from "../stores/frame.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { useViewport } from "../stores/viewport.ts";
import { Drawer } from "../ui/drawer.tsx";

const least = 180;
const most = 480;
const given = 260;

/** Where the sidebar stands: a column with a draggable edge, nothing when folded, a drawer on a phone. */
export function SidebarColumn({ children }: { children: ReactNode }): React.JSX.Element | null {
  const viewport = useViewport();
  const drawerOpen = useFrame((state) => state.drawerOpen);
  const settings = useSettings();
  const [dragged, setDragged] = useState<number | null>(null);
  if (viewport === "phone") {
    return (
      <Drawer label="Projects and sessions" open={drawerOpen} onOpenChange={setDrawer}>
        {children}
      </Drawer>
    );
  }
  if (settings && !settings.sidebarOpen) return null;
  const width = dragged ?? settings?.sidebarWidth ?? given;

  const save = (next: number): void => void patchSettings({ sidebarWidth: clamp(next) });
  const onPointerDown = (event: PointerEvent<HTMLDivElement>): void => {
    if (event.button !== 0) return;
    const edge = event.currentTarget;
    const start = event.clientX;
    let now = width;
    edge.setPointerCapture(event.pointerId);
    const drag = (move: globalThis.PointerEvent): void => {
      now = clamp(width + move.clientX - start);
      setDragged(now);
    };
    const end = (): void => {
      edge.removeEventListener("pointermove", drag);
      setDragged(null);
      if (now !== width) save(now);
    };
    edge.addEventListener("pointermove", drag);
    edge.addEventListener("lostpointercapture", end, { once: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = { ArrowLeft: -16, ArrowRight: 16 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    save(width + step);
  };
  return (
    <section aria-label="Sidebar" style={{ width }} className="relative h-full shrink-0 border-r border-line">
      {children}
      <div
        role="separator"
        tabIndex={0}
        aria-label="Width of the sidebar"
        aria-orientation="vertical"
        aria-valuenow={width}
        aria-valuemin={least}
        aria-valuemax={most}
        onPointerDown={onPointerDown}
        onKeyDown={onKeyDown}
        onDoubleClick={() => save(given)}
        className="absolute inset-y-0 -right-1 z-10 w-2 cursor-col-resize touch-none before:absolute before:inset-y-0 before:left-[calc(50%-0.5px)] before:w-px before:transition-colors hover:before:bg-accent focus-visible:outline-none focus-visible:before:bg-accent active:before:bg-accent"
      />
    </section>
  );
}

function clamp(width: number): number {
  return Math.round(Math.max(least, Math.min(most, width)));
}
