import { create } from "zustand";

/** `phone`: one pane, the sidebar in a drawer. `narrow`: changes are a tab, never opened as a pane of their own. */
export type Viewport = "phone" | "narrow" | "wide";

const phone = window.matchMedia("(width < 600px)");
const narrow = window.matchMedia("(width < 900px)");

function measure(): Viewport {
  return phone.matches ? "phone" : narrow.matches ? "narrow" : "wide";
}

const useStore = create<{ viewport: Viewport }>(() => ({ viewport: measure() }));
for (const query of [phone, narrow]) query.addEventListener("change", () => useStore.setState({ viewport: measure() }));

export const useViewport = (): Viewport => useStore((s) => s.viewport);
export const getViewport = (): Viewport => useStore.getState().viewport;
