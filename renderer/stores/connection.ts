import { create } from "zustand";

/**
 * `connecting`: never connected yet. `signed-out`: the host is there but doesn't know this browser;
 * only a fresh link from `hearth open` helps.
 */
export type ConnectionState = "connecting" | "open" | "reconnecting" | "signed-out";

/**
 * `epoch` counts the connections made, so that subscriptions know to begin again. `away`: there has been none for so
 * long that the page says so, and shows what it knows as old; `lastSeen` is when there last was one.
 */
type ConnectionStore = { state: ConnectionState; epoch: number; away: boolean; lastSeen: number | null };

/** A core that starts anew in a blink doesn't make the window flicker. */
const blinkMs = 700;

export const useConnection = create<ConnectionStore>(() => ({ state: "connecting", epoch: 0, away: false, lastSeen: null }));
let timer: ReturnType<typeof setTimeout> | undefined;
setAwayLater();

export function setConnection(state: ConnectionState): void {
  const was = useConnection.getState();
  if (state === "open") {
    clearTimeout(timer);
    useConnection.setState({ state, epoch: was.epoch + 1, away: false, lastSeen: null });
    return;
  }
  useConnection.setState({ state, lastSeen: was.state === "open" ? Date.now() : was.lastSeen });
  if (was.state === "open") setAwayLater();
}

/** Whether the core has been gone long enough for the page to say so. */
export const useAway = (): boolean => useConnection((state) => state.away);

/** The page's styles know by `data-away` on its root. `onAway` gets when the core was last there, or null when it is again. Call once. */
export function followAway(onAway: (lastSeen: number | null) => void): void {
  useConnection.subscribe(({ away, lastSeen }, before) => {
    if (away === before.away) return;
    document.documentElement.toggleAttribute("data-away", away);
    onAway(away ? lastSeen : null);
  });
}

function setAwayLater(): void {
  timer = setTimeout(() => useConnection.setState({ away: true }), blinkMs);
}
