import { create } from "zustand";

/** The checkpoint that each session's history shows, by the session's id; also set from elsewhere to show one. */
export const useShownCheckpoint = create<Record<string, string | null>>(() => ({}));

export function showCheckpoint(sessionId: string, checkpointId: string | null): void {
  useShownCheckpoint.setState({ [sessionId]: checkpointId });
}
