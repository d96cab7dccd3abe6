import { fail } from "./result.ts";

/**
 * Every code a caller can meet, with its HTTP status. Codes are stable: programs are written against them.
 * A code is removed never, added when a caller can do something different about it.
 */
export const errorStatus = {
  INPUT_INVALID: 400,
  UNAUTHORIZED: 401,
  PROJECT_NOT_FOUND: 404,
  SESSION_NOT_FOUND: 404,
  CHAT_NOT_FOUND: 404,
  RUN_NOT_FOUND: 404,
  AGENT_NOT_FOUND: 404,
  TERMINAL_NOT_FOUND: 404,
  TERMINAL_TICKET_INVALID: 403,
  CHECKPOINT_NOT_FOUND: 404,
  PERMISSION_NOT_FOUND: 404,
  QUESTION_NOT_FOUND: 404,
  ALARM_NOT_FOUND: 404,
  QUEUE_ITEM_NOT_FOUND: 404,
  RULE_NOT_FOUND: 404,
  MCP_SERVER_NOT_FOUND: 404,
  MCP_SERVER_EXISTS: 409,
  MCP_FILE_INVALID: 422,
  MCP_SERVER_FAILED: 502,
  MCP_SERVER_OFF: 409,
  MODEL_ENDPOINT_NOT_FOUND: 404,
  MODEL_ENDPOINT_EXISTS: 409,
  MODEL_NOT_FOUND: 404,
  MODEL_TEST_FAILED: 502,
  NOTHING_TO_SUMMARIZE: 409,
  EMBEDDED_MODEL_NOT_FOUND: 404,
  EMBEDDED_MODEL_EXISTS: 409,
  MODEL_ENGINE_MISSING: 409,
  MODEL_MEMORY_SHORT: 409,
  MODEL_LOAD_FAILED: 502,
  HELPER_MODEL_MISSING: 409,
  HELPER_MODEL_FAILED: 502,
  PROCESS_NOT_FOUND: 404,
  CHANGE_NOT_FOUND: 404,
  PLACE_NOT_FOUND: 404,
  FILE_NOT_FOUND: 404,
  PROJECT_PATH_REFUSED: 400,
  PROJECT_PATH_MISSING: 400,
  PROJECT_NOT_TRUSTED: 403,
  TRUST_CHANGED: 409,
  CODING_AGENT_ENGINE_UNAVAILABLE: 400,
  CODING_AGENT_ENGINE_UNSUPPORTED_RUNTIME: 400,
  CODING_AGENT_SANDBOX_REQUIRED: 400,
  CODING_AGENT_MODEL_UNAVAILABLE: 400,
  CODING_AGENT_DOES_NOT_ASK: 403,
  REVISION_CONFLICT: 409,
  IDEMPOTENCY_KEY_REUSED: 409,
  RUN_NOT_PAUSED: 409,
  RUN_NOT_ENDED: 409,
  WORK_AT_RISK: 409,
  WORKING_COPY_NOT_READY: 409,
  WORKING_COPY_MISSING: 409,
  WORKING_COPY_PRESENT: 409,
  WORKING_COPY_BUSY: 409,
  SELECTION_INCOMPLETE: 409,
  WORKTREE_FAILED: 500,
  OBJECTS_NOT_FETCHED: 409,
  BASE_NOT_FOUND: 400,
  PERMISSION_CLOSED: 409,
  PERMISSION_OPTION_UNKNOWN: 400,
  QUESTION_CLOSED: 409,
  PATH_REFUSED: 400,
  CHECKOUT_IN_OPERATION: 409,
  NO_CHECKOUT: 409,
  CURSOR_TOO_OLD: 410,
  CHANGES_CONFLICT: 409,
  NOTHING_TO_COMMIT: 409,
  COMMIT_FAILED: 409,
  COMMIT_IN_PROGRESS: 409,
  CHECKPOINT_FAILED: 500,
  TERMINAL_FAILED: 500,
  PROCESS_NOT_ENDED: 500,
  TOO_LARGE: 413,
  AGENT_CONFIG_INVALID: 422,
  AGENT_CONFIG_NOT_SAVED: 500,
  AGENT_SIGN_IN_FAILED: 409,
  AGENT_INSTALL_FAILED: 409,
  AGENT_HOOK_FAILED: 409,
  SETTINGS_INVALID: 422,
  DISK_FULL: 507,
  STORE_UNAVAILABLE: 503,
  GIT_UNAVAILABLE: 503,
  GIT_FAILED: 500,
} as const;

/** What the local server says itself, instead of a verb or before it. */
export const refusalStatus = {
  NOT_FOUND: 404,
  ORIGIN_REFUSED: 403,
  REQUEST_TIMEOUT: 408,
  CONTENT_TYPE_REFUSED: 415,
  HOST_REFUSED: 421,
  TOO_MANY_ATTEMPTS: 429,
  INTERNAL_SERVER_ERROR: 500,
} as const;

export type RefusalCode = keyof typeof refusalStatus | "INPUT_INVALID" | "TOO_LARGE" | "UNAUTHORIZED";

/** Returns the HTTP status that goes with a code, whoever says it. */
export function statusOf(code: ErrorCode | RefusalCode): number {
  return { ...errorStatus, ...refusalStatus }[code];
}

export type ErrorCode = keyof typeof errorStatus;

/** An expected failure, as services return it. `field` names the input at fault; `data` is what helps the caller go on. */
export type Failure<C extends ErrorCode = ErrorCode> = {
  code: C;
  message: string;
  field?: string;
  data?: Record<string, unknown>;
};

/** Shorthand for `fail({ code, message, … })`. */
export function failure<C extends ErrorCode>(
  code: C,
  message: string,
  more: { field?: string; data?: Record<string, unknown> } = {},
): { ok: false; error: Failure<C> } {
  return fail({ code, message, ...more });
}
