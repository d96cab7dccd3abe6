import type { ProcessInfo } from "../../shared/contract/system.ts";
import { isRunning } from "../lib/process-tree.ts";
import type { AgentsService } from "../agents/agents.ts";
import type { ProcessRepository } from "../store/processes.ts";
import type { Orphans } from "./orphans.ts";

/** A process of ours, as its owner knows it. */
export type OwnedProcess = Pick<ProcessInfo, "pid" | "kind" | "label" | "sessionIds" | "unproved"> & { startedAtMs: number };

/** Agents' children and terminals that are alive, and what an earlier core seems to have left. */
export function ownedProcesses(
  agents: Pick<AgentsService, "processes">,
  rows: Pick<ProcessRepository, "list">,
  orphans: Pick<Orphans, "isLeftOver" | "unproved">,
  sessionOf: (chatId: string) => string | undefined,
): OwnedProcess[] {
  const children = agents.processes().map(({ pid, kind, label, chatIds, startedAt }) => ({
    ...{ pid, kind, label, unproved: false },
    sessionIds: [...new Set(chatIds.flatMap((chatId) => sessionOf(chatId) ?? []))],
    startedAtMs: Date.parse(startedAt),
  }));
  const terminals = rows
    .list()
    .filter((row) => row.kind === "terminal" && isRunning(row.pid) && !orphans.isLeftOver(row))
    .map(({ pid, kind, label, startedAt }) => ({ pid, kind, label, unproved: false, sessionIds: [], startedAtMs: startedAt }));
  const left = orphans.unproved().map(({ process, record }) => ({
    ...{ pid: process.pid, kind: record.kind, label: process.name, unproved: true, sessionIds: [] },
    startedAtMs: process.startedAtMs ?? record.startedAt,
  }));
  return [...children, ...terminals, ...left];
}
