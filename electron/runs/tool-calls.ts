import type { RunEventBody, ToolErrorCode, ToolSnapshot } from "../../shared/run-event.ts";

/** What an update tells of a tool call; absent fields keep what was known. */
export type ToolUpdate = Partial<Omit<ToolSnapshot, "id" | "status">> & {
  id: string;
  status?: ToolSnapshot["status"];
};

export const maxOutputChars = 64 * 1024;

/**
 * Merges updates into whole snapshots and tells which event each makes. A call's end is final: what an agent says
 * of it afterwards only counts when it brings content that was still missing.
 */
export class ToolCalls {
  readonly #calls = new Map<string, ToolSnapshot>();
  readonly #keepOutput: (id: string, output: string) => string | null;

  /** `keepOutput` puts an output that is too long for an event into a file, and answers its path, or null if it can't. */
  constructor(keepOutput: (id: string, output: string) => string | null) {
    this.#keepOutput = keepOutput;
  }

  /** Calls that have begun and not ended. */
  open(): ToolSnapshot[] {
    return [...this.#calls.values()].filter((call) => !hasEnded(call));
  }

  get(id: string): ToolSnapshot | null {
    return this.#calls.get(id) ?? null;
  }

  apply(update: ToolUpdate): RunEventBody | null {
    const before = this.#calls.get(update.id);
    if (before && hasEnded(before)) return null;
    const call = this.#bounded(merge(before, update));
    this.#calls.set(call.id, call);
    if (call.status === "failed") return failed(call, "EXECUTION_FAILED", call.output?.slice(0, 500) || "The tool failed");
    if (call.status === "completed") return { type: "tool.completed", payload: call };
    return { type: before ? "tool.updated" : "tool.started", payload: call };
  }

  /** Only the end of a long output stays in the event; the whole goes to a file once the call has ended. */
  #bounded(call: ToolSnapshot): ToolSnapshot {
    const { output } = call;
    if (output === undefined || output.length <= maxOutputChars) return call;
    const file = hasEnded(call) ? this.#keepOutput(call.id, output) : null;
    return { ...call, output: `…${output.slice(-maxOutputChars)}`, ...(file === null ? {} : { outputFile: file }) };
  }

  /** Ends what is still open, with a reason. */
  endOpen(code: ToolErrorCode, message: string): RunEventBody[] {
    return this.open().map((call) => {
      const ended: ToolSnapshot = { ...call, status: code === "CANCELLED" ? "cancelled" : "failed" };
      this.#calls.set(call.id, ended);
      return failed(ended, code, message);
    });
  }

  /** Ends one call because its permission was refused; agents often send nothing more about it. */
  reject(id: string): RunEventBody | null {
    const call = this.#calls.get(id);
    if (!call || hasEnded(call)) return null;
    const ended: ToolSnapshot = { ...call, status: "failed" };
    this.#calls.set(id, ended);
    return failed(ended, "PERMISSION_DENIED", "You rejected it");
  }
}

function merge(before: ToolSnapshot | undefined, update: ToolUpdate): ToolSnapshot {
  const known: ToolSnapshot = before ?? {
    id: update.id,
    kind: "other",
    title: "",
    status: "pending",
    locations: [],
    diff: [],
  };
  const given = Object.fromEntries(Object.entries(update).filter(([, value]) => value !== undefined));
  return { ...known, ...given };
}

function hasEnded(call: ToolSnapshot): boolean {
  return call.status === "completed" || call.status === "failed" || call.status === "cancelled";
}

function failed(call: ToolSnapshot, code: ToolErrorCode, message: string): RunEventBody {
  return { type: "tool.failed", payload: { ...call, code, message, diagnostics: {} } };
}
