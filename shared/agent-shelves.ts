import type { Agent } from "./contract/agents.ts";

/** `here`: on this machine or the person's own; `known`: the few everybody knows; `others`: all else. */
export type Shelves = { here: Agent[]; known: Agent[]; others: Agent[] };

/** The agents as a list that stays short: nobody looks through twenty names for the two that can be used. */
export function shelvesOf(agents: readonly Agent[]): Shelves {
  const shelves: Shelves = { here: [], known: [], others: [] };
  for (const agent of agents) shelves[shelfOf(agent)].push(agent);
  // The one for practice is always there, and so says nothing of the machine.
  shelves.here = shelves.here.toSorted((a, b) => rank(a) - rank(b));
  return shelves;
}

function shelfOf(agent: Agent): keyof Shelves {
  if (agent.found !== "no" || agent.source === "user") return "here";
  return agent.wellKnown ? "known" : "others";
}

const ranks: Record<Agent["status"], number> = { ready: 0, loading: 1, signed_out: 2, error: 2, unavailable: 3 };

function rank(agent: Agent): number {
  return agent.forPractice ? 4 : ranks[agent.status];
}

/** Whether a search for these words finds it. */
export function isAgentCalled(agent: Agent, words: string): boolean {
  const text = `${agent.id} ${agent.label} ${agent.description}`.toLowerCase();
  return words
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
