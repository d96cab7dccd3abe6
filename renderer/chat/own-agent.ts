import type { Agent } from "../../shared/contract/agents.ts";
import { ownAgentId } from "../stores/own-agent-id.ts";

/** It, where it could be asked and isn't the one chosen. */
export function ownAgentToOffer(agents: readonly Agent[], chosenId: string): { models: number } | null {
  const own = agents.find(({ id }) => id === ownAgentId);
  if (!own?.enabled || own.status !== "ready" || chosenId === ownAgentId) return null;
  const models = own.options.models.length;
  return models === 0 ? null : { models };
}
