import { create } from "zustand";

/** A turn whose changes are looked at: what it changed, and the checkpoints around it. */
export type ShownTurn = {
  runId: string;
  paths: readonly string[];
  createdAt: string;
  checkpoints: { before: string | null; after: string | null };
};

/** The turn that each session's changes are narrowed to, by the session's id; null for none. */
export const useShownTurn = create<Record<string, ShownTurn | null>>(() => ({}));

export function showTurn(sessionId: string, turn: ShownTurn | null): void {
  useShownTurn.setState({ [sessionId]: turn });
}
