import { runEventPayloads, type RunEvent, type RunEventBody } from "../../shared/run-event.ts";
import { isoTime } from "../lib/clock.ts";
import type { runEvents } from "./tables/work.ts";

/** The event that a row holds. One that this version can't read (another one wrote it) stands as a notice in its place. */
export function toEvent(row: typeof runEvents.$inferSelect): RunEvent {
  const { seq, cursor, runId, diagnostics } = row;
  const event = { ...bodyOf(row), seq, cursor, runId, at: isoTime(row.at) };
  return diagnostics ? { ...event, diagnostics } : event;
}

function bodyOf({ type, payload, seq }: typeof runEvents.$inferSelect): RunEventBody {
  if (isKnown(type)) {
    const parsed = runEventPayloads[type].safeParse(payload);
    // The two belong together: the schema was chosen by the type.
    if (parsed.success) return { type, payload: parsed.data } as RunEventBody;
  }
  const message = `Event ${seq} (${type}) can't be shown: another version of Hearth wrote it.`;
  return { type: "notice", payload: { kind: "warning", message } };
}

function isKnown(type: string): type is RunEventBody["type"] {
  return Object.hasOwn(runEventPayloads, type);
}
