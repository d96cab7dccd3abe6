import type { ProcessInfo } from "../../shared/contract/system.ts";
import type { AgentsService } from "../agents/agents.ts";
import type { EmbeddedModels } from "../assistant/embedded/embedded-models.ts";
import type { ServerChildren } from "../mcp/bridge/server-children.ts";
import type { TerminalsService } from "../terminals/service.ts";
import type { Orphans } from "./orphans.ts";

/** A process of ours, as its owner knows it. */
export type OwnedProcess = Pick<ProcessInfo, "pid" | "kind" | "label" | "sessionIds" | "unproved"> & { startedAtMs: number };

export type ProcessOwners = {
  agents: Pick<AgentsService, "processes">;
  terminals: Pick<TerminalsService, "processes">;
  servers: Pick<ServerChildren, "list">;
  embeddedModels: Pick<EmbeddedModels, "processes">;
  orphans: Pick<Orphans, "unproved">;
};

/** Agents' children, terminals, MCP servers and models that are alive, and what an earlier core seems to have left. */
export function ownedProcesses(
  { agents, terminals, servers, embeddedModels, orphans }: ProcessOwners,
  sessionOf: (chatId: string) => string | undefined,
): OwnedProcess[] {
  const children = agents.processes().map(({ pid, kind, label, chatIds, startedAt }) => ({
    ...{ pid, kind, label, unproved: false },
    sessionIds: [...new Set(chatIds.flatMap((chatId) => sessionOf(chatId) ?? []))],
    startedAtMs: Date.parse(startedAt),
  }));
  const programs = terminals.processes().map(({ pid, label, sessionId, startedAt }) => ({
    ...{ pid, kind: "terminal" as const, label, unproved: false },
    sessionIds: [sessionId],
    startedAtMs: Date.parse(startedAt),
  }));
  const tools = servers.list().map(({ pid, label, startedAt }) => ({
    ...{ pid, kind: "mcp" as const, label: `${label} (MCP server)`, unproved: false, sessionIds: [] },
    startedAtMs: startedAt,
  }));
  const models = embeddedModels.processes().map(({ pid, label, startedAt }) => ({
    ...{ pid, kind: "model" as const, label: `${label} (model)`, unproved: false, sessionIds: [] },
    startedAtMs: startedAt,
  }));
  const left = orphans.unproved().map(({ process, record }) => ({
    ...{ pid: process.pid, kind: record.kind, label: process.name, unproved: true, sessionIds: [] },
    startedAtMs: process.startedAtMs ?? record.startedAt,
  }));
  return [...children, ...programs, ...tools, ...models, ...left];
}
