import type { Run } from "../../shared/contract/runs.ts";
import type { AgentUpdate } from "../agents/port.ts";
import { isoTime, type Clock } from "../lib/clock.ts";

export type LateReportsDeps = {
  clock: Clock;
  find(runId: string): Run | null;
  /** Puts the report beside the run, and tells of it as of something unread. */
  save(run: Run, report: NonNullable<Run["lateReport"]>): void;
};

const gatherMs = 300;
const maxChars = 64 * 1024;

/**
 * What agents report of their background work when the run is over, whose log takes nothing more: gathered for a
 * moment and put beside the run. Owns its timers until `dispose`.
 */
export class LateReports {
  readonly #deps: LateReportsDeps;
  readonly #waiting = new Map<string, { text: string; cancelTimer: () => void }>();

  constructor(deps: LateReportsDeps) {
    this.#deps = deps;
  }

  add(runId: string, update: AgentUpdate): void {
    const said = wordsOf(update);
    if (said === "") return;
    const waiting = this.#waiting.get(runId) ?? {
      text: "",
      cancelTimer: this.#deps.clock.after(gatherMs, () => this.#write(runId)),
    };
    // Lines of their own for what isn't the agent's running text.
    const line = update.type !== "text" && waiting.text !== "" && !waiting.text.endsWith("\n");
    waiting.text += line ? `\n${said}` : said;
    this.#waiting.set(runId, waiting);
  }

  /** Writes what waits. */
  dispose(): void {
    for (const runId of [...this.#waiting.keys()]) this.#write(runId);
  }

  #write(runId: string): void {
    const waiting = this.#waiting.get(runId);
    this.#waiting.delete(runId);
    waiting?.cancelTimer();
    const run = this.#deps.find(runId);
    if (!waiting || !run) return;
    const text = (run.lateReport?.text ?? "") + waiting.text;
    this.#deps.save(run, {
      text: text.length > maxChars ? `…${text.slice(-maxChars)}` : text,
      at: isoTime(this.#deps.clock.now()),
    });
  }
}

function wordsOf(update: AgentUpdate): string {
  switch (update.type) {
    case "text":
      return update.text;
    case "notice":
      return `${update.message}\n`;
    case "tool":
      if (update.tool.status !== "completed" && update.tool.status !== "failed") return "";
      return update.tool.title ? `${update.tool.title}: ${update.tool.status}\n` : "";
    default:
      return "";
  }
}
