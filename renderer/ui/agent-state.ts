import type { DotState } from "./state-dot.tsx";

/** How an agent stands, by its status, wherever it is shown. */
export const agentStates: Record<"loading" | "ready" | "unavailable" | "signed_out" | "error", { dot: DotState; word: string }> =
  {
    loading: { dot: "working", word: "looking…" },
    ready: { dot: "idle", word: "ready" },
    unavailable: { dot: "none", word: "not found" },
    signed_out: { dot: "waiting", word: "signed out" },
    error: { dot: "failed", word: "has a problem" },
  };
