import type { Run } from "../../shared/contract/runs.ts";
import type { RunEventBody } from "../../shared/run-event.ts";
import type { RunEnd } from "../../shared/run-state.ts";
import type { RunWrite } from "./run-records.ts";

/** How a run ended, as its row and its last event say. */
export type RunEnding = Pick<Run, "stopReason" | "error" | "timings" | "usage"> & { status: RunEnd["kind"] | "interrupted" };

/** The last write of a run. */
export function endOf(ending: RunEnding, at: number, ends: RunWrite["ends"] = "once-saved"): RunWrite {
  const { status, stopReason, error, timings, usage } = ending;
  const payload = { ...error, timings, usage, ...(stopReason === null ? {} : { stopReason }) };
  const body: RunEventBody = { type: `run.${status}`, payload };
  return {
    patch: { status, reason: null, pause: null, stopReason, error, timings, usage, endedAt: at },
    events: [{ body, at }],
    durable: true,
    ends,
  };
}
