import type { McpSwitch, McpSwitchRepository } from "../store/mcp-switches.ts";

export type Place = { projectId: string; sessionId: string | null };

/** Whether a server is given in a place: what is said of the session counts, else of its project, else in general. */
export function isGivenIn(switches: readonly McpSwitch[], server: string, { projectId, sessionId }: Place): boolean {
  const said = (scope: McpSwitch["scope"], scopeId: string | null): boolean | undefined =>
    switches.find((one) => one.server === server && one.scope === scope && one.scopeId === scopeId)?.isOn;
  return said("session", sessionId) ?? said("project", projectId) ?? said("all", "") ?? true;
}

export type SwitchRows = Pick<McpSwitchRepository, "list" | "set" | "clear" | "removeServer">;
