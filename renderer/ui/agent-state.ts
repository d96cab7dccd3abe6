import type { DotState } from "./state-dot.tsx";

type Agent = {
  status: "loading" | "ready" | "unavailable" | "signed_out" | "error";
  found: "yes" | "partly" | "no";
  askingSince: string | null;
  installHint: string | null;
  reason: string | null;
};

/** An agent's state as a dot and a word or two. */
export function agentState(agent: Agent): { dot: DotState; word: string } {
  if (agent.askingSince !== null) return { dot: "working", word: "Asking it" };
  switch (agent.status) {
    case "ready":
      return { dot: "idle", word: "Ready" };
    case "loading":
      return agent.found === "yes" ? { dot: "idle", word: "Found" } : { dot: "working", word: "Looking" };
    case "signed_out":
      return { dot: "waiting", word: "Signed out" };
    case "error":
      return { dot: "failed", word: "Problem" };
    case "unavailable":
      return { dot: "none", word: agent.found === "partly" ? "Part of it missing" : "Not found" };
  }
}

/** What to know of it besides: why it can't be used, unless a command that puts it right says it all. */
export function agentTrouble(agent: Agent): string | null {
  if (agent.status === "ready" || agent.status === "loading") return null;
  return agent.status === "unavailable" && agent.installHint !== null && agent.found === "no" ? null : agent.reason;
}
