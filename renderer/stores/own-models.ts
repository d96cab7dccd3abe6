import type { Agent } from "../../shared/contract/agents.ts";
import { useAgents, useSettings } from "./app.ts";
import { ownAgentId } from "./own-agent-id.ts";

/** Models of one's own that answer, as far as they were looked for. */
export function useOwnModels(): Agent["options"]["models"] {
  const own = useAgents().find(({ id }) => id === ownAgentId);
  return own?.status === "ready" ? own.options.models : [];
}

/** Whether a model may be there that drafts a message; one that isn't says so once it is asked. */
export function useHasHelper(): boolean {
  const chosen = useSettings()?.helperModel ?? "off";
  const hasModels = useOwnModels().length > 0;
  return chosen === "auto" ? hasModels : chosen !== "off";
}
