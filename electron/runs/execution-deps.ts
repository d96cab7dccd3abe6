import type { Reading } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { RunEvent, RunEventBody, ToolSnapshot } from "../../shared/run-event.ts";
import type { AgentUpdate } from "../agents/port.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { RunPatch } from "../store/runs.ts";
import type { RunServices, SessionFacts } from "./ports.ts";
import type { TurnRef } from "../permissions/service.ts";
import type { RunEnding } from "./run-ending.ts";
import type { CallFiles } from "./run-files.ts";
import type { HandedOver, Opened } from "./handovers.ts";
import type { RunLog } from "./run-log.ts";

/** What one run needs of those around it. */
export type ExecutionDeps = {
  services: RunServices;
  clock: Clock;
  log: Log;
  runLog: RunLog;
  failpoint(label: string): void;
  files: CallFiles;
  /** What a running call is by now, for whoever watches. */
  showTool(call: ToolSnapshot): void;
  showReading(reading: Reading): void;
  /**
   * Writes the run's row, in one transaction with the event, as soon as the store takes it. On the disk when it returns,
   * if the store does: where there is an event, unless told.
   */
  save(patch: RunPatch, how?: { event?: RunEventBody; durable?: boolean }): void;
  /** Null where all of the run is saved; else resolves once it is, or won't be. */
  whenSaved(): Promise<void> | null;
  /** An earlier run, once its agent had its prompt; else null. */
  sentRun(runId: string): Run | null;
  /** The run's own, up to now. */
  earlierEvents(): RunEvent[];
  /**
   * What the run's agent is given with its prompt; of turns that it missed the run's log has it, too. Where it only goes
   * on it is told nothing ahead.
   */
  handOver(opened: Opened, goesOn: boolean): Promise<HandedOver>;
  /** What the agent says once the run is over. */
  late(update: AgentUpdate): void;
  /** Resolves once another process lets go of the store; null where none is known to hold it. */
  whenUnlocked(): Promise<void> | null;
  /** The run's last word. */
  end(ending: RunEnding): void;
};

export function turnOf({ id: runId, chatId, agentId }: Run, { id: sessionId, projectId, copy }: SessionFacts): TurnRef {
  return { runId, chatId, sessionId, projectId, agentId, workingCopyPath: copy.path };
}
