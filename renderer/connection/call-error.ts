/**
 * Why a call has no answer from the core. Only `CORE_AWAY` is certain: it never went out. After the other two it may
 * have been done.
 */
export type CallErrorCode = "CORE_AWAY" | "CONNECTION_LOST" | "CALL_TIMED_OUT";

const messages: Record<CallErrorCode, string> = {
  CORE_AWAY: "Hearth isn’t answering, so nothing was done.",
  CONNECTION_LOST: "The connection to Hearth broke before the answer came. It may have been done.",
  CALL_TIMED_OUT: "Hearth didn’t answer in time. It may have been done.",
};

export class CallError extends Error {
  readonly code: CallErrorCode;

  constructor(code: CallErrorCode) {
    super(messages[code]);
    this.name = "CallError";
    this.code = code;
  }
}
