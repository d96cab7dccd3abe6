import { runEventPayloads, type RunEvent, type RunEventBody } from "../../shared/run-event.ts";
import { isoTime } from "../lib/clock.ts";
import { runEvents } from "./tables/work.ts";

const { seq, cursor, runId, type, at, payload, diagnostics } = runEvents;

/** What is read of an event, in the order of `EventRow`. */
export const eventColumns = { seq, cursor, runId, type, at, payload, diagnostics };

/** As SQLite gives it; `payload` and `diagnostics` are JSON. */
export type EventRow = [
  seq: number,
  cursor: number,
  runId: string,
  type: string,
  at: number,
  payload: string,
  diagnostics: string | null,
];

export function payloadLength(row: EventRow): number {
  return row[5].length;
}

/** The event that a row holds. One that this version can't read (another one wrote it) stands as a notice in its place. */
export function toEvent([seq, cursor, runId, type, at, payload, diagnostics]: EventRow): RunEvent {
  const event = { ...bodyOf(type, payload, seq), seq, cursor, runId, at: isoTime(at) };
  const more = diagnostics === null ? null : runEvents.diagnostics.mapFromDriverValue(diagnostics);
  return more ? { ...event, diagnostics: more as Record<string, unknown> } : event;
}

function bodyOf(type: string, payload: string, seq: number): RunEventBody {
  if (isKnown(type)) {
    const parsed = runEventPayloads[type].safeParse(runEvents.payload.mapFromDriverValue(payload));
    // The two belong together: the schema was chosen by the type.
    if (parsed.success) return { type, payload: parsed.data } as RunEventBody;
  }
  const message = `Event ${seq} (${type}) can't be shown: another version of Hearth wrote it.`;
  return { type: "notice", payload: { kind: "warning", message } };
}

function isKnown(type: string): type is RunEventBody["type"] {
  return Object.hasOwn(runEventPayloads, type);
}
