import { create } from "zustand";

/** `restoring`: with what restoring it would do. `toId`: beside that checkpoint; left out, beside the files as they are. */
type Shown = { id: string; restoring: boolean; toId?: string };

/** The checkpoint that each session's history shows, by the session's id; also set from elsewhere to show one. */
export const useShownCheckpoint = create<Record<string, Shown | null>>(() => ({}));

export function showCheckpoint(sessionId: string, shown: Shown | null): void {
  useShownCheckpoint.setState({ [sessionId]: shown });
}
