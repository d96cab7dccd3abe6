import { isSameProcess } from "../lib/process.ts";
import type { ProcessInfo } from "../../shared/contract/system.ts";
import type { AgentsService } from "../agents/agents.ts";
import type { ProcessRepository } from "../store/processes.ts";

/** A process of ours, as its owner knows it. */
export type OwnedProcess = { pid: number; kind: ProcessInfo["kind"]; label: string; sessionIds: string[]; startedAtMs: number };

/** Agents' children and terminals that are alive. */
export function ownedProcesses(
  agents: Pick<AgentsService, "processes">,
  rows: Pick<ProcessRepository, "list">,
  sessionOf: (chatId: string) => string | undefined,
): OwnedProcess[] {
  const children = agents.processes().map(({ pid, kind, label, chatIds, startedAt }) => ({
    pid,
    kind,
    label,
    sessionIds: [...new Set(chatIds.flatMap((chatId) => sessionOf(chatId) ?? []))],
    startedAtMs: Date.parse(startedAt),
  }));
  const terminals = rows
    .list()
    .filter((row) => row.kind === "terminal" && isSameProcess(row))
    .map(({ pid, label, startedAt }) => ({ pid, kind: "terminal" as const, label, sessionIds: [], startedAtMs: startedAt }));
  return [...children, ...terminals];
}
