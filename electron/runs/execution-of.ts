import type { Reading } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import type { AgentUpdate } from "../agents/port.ts";
import { Execution } from "./execution.ts";
import type { SessionFacts } from "./ports.ts";
import type { RunEnding } from "./run-ending.ts";
import { RunLog } from "./run-log.ts";
import type { RunsDeps } from "./runs-service.ts";
import type { ToolSnapshot } from "../../shared/run-event.ts";

/** What its run tells those around it. */
export type ExecutionNews = {
  onSaved(what: { hasNewStatus: boolean }): void;
  onTool(tool: ToolSnapshot): void;
  onReading(reading: Reading): void;
  onLate(update: AgentUpdate): void;
  onEnd(ending: RunEnding): void;
};

/** A run's execution, with its way into the store. */
export function executionOf(deps: RunsDeps, run: Run, session: SessionFacts, news: ExecutionNews): Execution {
  const { records, services, clock, log, failpoint } = deps;
  const files = deps.files.ofRun(run.id);
  const runLog = new RunLog({
    clock,
    commit: (events, durable) => {
      if (!records.write(run, { events, durable })) return;
      if (events.some(({ body }) => body.type === "assistant.delta")) failpoint("mid-text");
      if (events.some(({ body }) => body.type === "tool.started")) failpoint("mid-tool");
      for (const { body } of events)
        if (body.type === "tool.completed" || body.type === "tool.failed") files.end(body.payload.id);
    },
  });
  return new Execution(
    {
      ...{ services, clock, log, runLog, failpoint, files },
      showTool: (tool) => news.onTool(tool),
      showReading: (reading) => news.onReading(reading),
      save: (patch, { event, durable = event !== undefined } = {}) => {
        records.write(run, { patch, events: event ? [{ body: event, at: clock.now() }] : [], durable });
        news.onSaved({ hasNewStatus: patch.status !== undefined });
      },
      whenSaved: () => (records.fault(run.id) ? records.whenSaved(run.id) : null),
      whenUnlocked: () => (records.fault(run.id)?.fault === "busy" ? records.whenSaved(run.id) : null),
      sentRun: (id) => records.findSent(id),
      earlierEvents: () => records.readRun(run.id, 0, Number.MAX_SAFE_INTEGER),
      handOver: (opened, goesOn) => deps.handovers.tell(run, { opened, goesOn }, (notice) => runLog.append(notice)),
      late: (update) => news.onLate(update),
      end: (ending) => news.onEnd(ending),
    },
    run,
    session,
  );
}
