import { failure, type Failure } from "../../shared/errors.ts";

export type SessionNotFound = Failure<"SESSION_NOT_FOUND">;
export type Busy = Failure<"WORKING_COPY_BUSY">;

export function notFound(): { ok: false; error: SessionNotFound } {
  return failure("SESSION_NOT_FOUND", "There is no such session, or it was deleted.", { field: "id" });
}

export function busy(what: string): { ok: false; error: Busy } {
  return failure("WORKING_COPY_BUSY", `Something is under way in this session. Stop it, and the session can be ${what}.`);
}
