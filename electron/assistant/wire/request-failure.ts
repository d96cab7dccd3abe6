/**
 * Why a model server gave no (whole) answer. `unreachable`: no connection, or it broke. `refused`: the server answered
 * with this status. `stalled`: it stopped in the middle. `unreadable`: what it sent is no answer.
 */
export type FailureKind = "unreachable" | "refused" | "stalled" | "unreadable";

export class RequestFailure extends Error {
  readonly kind: FailureKind;
  readonly status: number | null;
  /** How long the server asks to wait. */
  readonly retryAfterMs: number | null;

  constructor(kind: FailureKind, message: string, told: { status?: number; retryAfterMs?: number | null } = {}) {
    super(message);
    this.kind = kind;
    this.status = told.status ?? null;
    this.retryAfterMs = told.retryAfterMs ?? null;
  }
}
