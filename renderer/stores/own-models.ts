import type { Agent } from "../../shared/contract/agents.ts";
import { useAgents, useApp, useSettings } from "./app.ts";
import { ownAgentId } from "./own-agent-id.ts";

/** Models of one's own that answer, as far as they were looked for. */
export function useOwnModels(): Agent["options"]["models"] {
  return modelsOf(useAgents());
}

/** Whether a model may be there that writes drafts and summaries; one that isn't says so once it is asked. */
export function useHasHelper(): boolean {
  return isThere(useSettings()?.helperModel, useAgents());
}

/** The same outside of what is drawn. */
export function hasHelper(): boolean {
  const { app } = useApp.getState();
  return isThere(app?.settings.helperModel, app?.agents ?? []);
}

function isThere(chosen: string | undefined, agents: readonly Agent[]): boolean {
  return chosen === "auto" ? modelsOf(agents).length > 0 : chosen !== undefined && chosen !== "off";
}

function modelsOf(agents: readonly Agent[]): Agent["options"]["models"] {
  const own = agents.find(({ id }) => id === ownAgentId);
  return own?.status === "ready" ? own.options.models : [];
}

/** Who drafts, as a person knows it: what is drafted from is sent there. */
export function useHelperName(): string {
  const chosen = useSettings()?.helperModel ?? "off";
  const model = useOwnModels().find(({ id }) => id === chosen);
  return chosen === "auto" ? "the chat’s own model, or one in memory on this machine" : (model?.name ?? chosen);
}
