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

/** Who drafts, as a person knows it: what is drafted from is sent there. */
export function useHelperName(): string {
  const chosen = useSettings()?.helperModel ?? "off";
  const model = useOwnModels().find(({ id }) => id === chosen);
  return chosen === "auto" ? "the chat’s own model, or one in memory on this machine" : (model?.name ?? chosen);
}
