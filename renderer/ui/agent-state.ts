import type { DotState } from "./state-dot.tsx";

type Agent = {
  status: "loading" | "ready" | "unavailable" | "signed_out" | "error";
  found: "yes" | "partly" | "no";
  askingSince: string | null;
  installHint: string | null;
  reason: string | null;
  enabled: boolean;
  install: object | null;
  signIn: readonly unknown[];
};

/** An agent's state as a dot and a word or two. */
export function agentState(agent: Pick<Agent, "status" | "found" | "askingSince">): { dot: DotState; word: string } {
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
export function agentTrouble(agent: Pick<Agent, "status" | "found" | "installHint" | "reason">): string | null {
  if (agent.status === "ready" || agent.status === "loading") return null;
  return agent.status === "unavailable" && agent.installHint !== null && agent.found === "no" ? null : agent.reason;
}

/** What the person can do about an agent that can’t be used as it is; null where nothing is to be done, or a button says it. */
export function nextStep(agent: Agent): string | null {
  if (!agent.enabled) return "Switched off: no chat offers it. Switch it on to use it.";
  if (agent.askingSince !== null) return null;
  switch (agent.status) {
    case "ready":
    case "loading":
      return null;
    case "signed_out":
      return agent.signIn.length > 0 ? null : "Sign in with its own program, then ask it again.";
    case "error":
      return "Ask it again with the arrow above. Its diagnostic says more.";
    case "unavailable":
      if (agent.install !== null) return null;
      if (agent.installHint === null) return "Its website says how to get it. Then look again.";
      return agent.found === "no" ? null : `Run “${agent.installHint}”, then look again.`;
  }
}
