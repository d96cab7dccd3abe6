import path from "node:path";
import { AgentsService } from "../agents/agents.ts";
import { backendKinds, builtInAgents } from "../agents/catalog.ts";
import { isSameProcess } from "../lib/process.ts";
import { createShellEnvironment } from "../lib/shell-env.ts";
import { createAgentFactsRepository } from "../store/agent-facts.ts";
import { createAgentSessionRepository } from "../store/agent-sessions.ts";
import { createProcessRepository } from "../store/processes.ts";
import { createTerminalRepository } from "../store/terminals.ts";
import type { OwnedProcess } from "../system/system-service.ts";
import { createAgentTerminals } from "../terminals/agent-terminals.ts";
import { createTerminalsService } from "../terminals/service.ts";
import type { Foundation } from "./foundation.ts";
import type { Workspace } from "./workspace.ts";

/** The programs that Hearth runs for a person: agents, terminals, and the environment both are given. */
export function composePrograms(base: Foundation, workspace: Workspace) {
  const { store, clock, log, scope, announce, settings } = base;
  const rows = createProcessRepository(store);
  const shell = createShellEnvironment(base.env);
  const shellEnv = async (): Promise<Record<string, string>> => (await shell.get()).env;

  const agents = new AgentsService({
    sessions: createAgentSessionRepository(store),
    facts: createAgentFactsRepository(store),
    processes: rows,
    clock,
    log,
    announce,
    scope,
    shell,
    configDir: base.options.configDir,
    dataDir: base.options.dataDir,
    kinds: backendKinds,
    // In the packaged app this program is Electron, which won't run as Node there; the login shell's Node is looked for.
    builtIn: builtInAgents({
      command: process.versions["electron"] === undefined ? process.execPath : "node",
      args: [base.options.programs.practiceAgent, "--state", path.join(base.options.dataDir, "practice-agent")],
    }),
  });
  const terminals = createTerminalsService({
    repository: createTerminalRepository(store),
    clock,
    placeOf: workspace.placeOf,
    sessionExists: workspace.sessionExists,
    shellEnv,
    shell: () => settings.value().terminalShell,
    recordProcess({ pid, startTicks, tag }, label) {
      if (startTicks !== null) rows.add({ pid, startTicks, kind: "terminal", label, tag, startedAt: clock.now() });
    },
    forgetProcess: ({ pid, startTicks }) => rows.remove(pid, startTicks ?? ""),
    announce: (terminal) => announce({ type: "terminal", terminal }),
    announceRemoved: (id) => announce({ type: "removed", noun: "terminal", id }),
  });
  scope.add(() => terminals.dispose());

  return {
    agents,
    terminals,
    terminalsOf: (sessionId: string, agentId: string) =>
      createAgentTerminals({ service: terminals, placeOf: workspace.placeOf, shellEnv }, sessionId, agentId),
    warnings: (): string[] => [shell.known()?.problem ?? []].flat(),
    processes: (): OwnedProcess[] => [
      ...agents.processes().map((child) => ({
        pid: child.pid,
        kind: child.kind,
        label: child.label,
        sessionIds: [...new Set(child.chatIds.flatMap((chatId) => workspace.chats.find(chatId)?.sessionId ?? []))],
        startedAtMs: Date.parse(child.startedAt),
      })),
      ...rows
        .list()
        .filter((row) => row.kind === "terminal" && isSameProcess(row))
        .map((row) => ({
          pid: row.pid,
          kind: "terminal" as const,
          label: row.label,
          sessionIds: [],
          startedAtMs: row.startedAt,
        })),
    ],
  };
}
