import { create } from "zustand";

/**
 * `connecting`: never connected yet. `signed-out`: the host is there but doesn't know this browser;
 * only a fresh link from `hearth open` helps.
 */
export type ConnectionState = "connecting" | "open" | "reconnecting" | "signed-out";

/** `epoch` counts the connections made, so that subscriptions know to begin again. */
export const useConnection = create<{ state: ConnectionState; epoch: number }>(() => ({ state: "connecting", epoch: 0 }));

export function setConnection(state: ConnectionState): void {
  useConnection.setState((was) => ({ state, epoch: state === "open" ? was.epoch + 1 : was.epoch }));
}
