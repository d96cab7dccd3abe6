import { ORPCError } from "@orpc/client";
import { visibleText } from "../../../shared/visible-text.ts";

/** 1: it was tried and failed. 2: it was refused, or the command was misused. 3: it is paused. 130: cancelled. */
export type ExitCode = 0 | 1 | 2 | 3 | 130;

/** Ends a command with a text for a person. The text names what is wrong and the way out. */
export class CliFailure extends Error {
  readonly exitCode: ExitCode;
  readonly code: string;

  constructor(code: string, message: string, exitCode: ExitCode = 2) {
    super(message);
    this.code = code;
    this.exitCode = exitCode;
  }
}

/** Anything a command throws → what is said and how the process ends. */
export function toCliFailure(error: unknown): CliFailure {
  if (error instanceof CliFailure) return error;
  if (isCallError(error)) return fromCall(error);
  return new CliFailure("UNEXPECTED", error instanceof Error ? error.message : String(error), 1);
}

export function connectionLost(): CliFailure {
  return new CliFailure(
    "CONNECTION_LOST",
    "The connection to Hearth broke before the answer came. `hearth ls` tells how things stand.",
    1,
  );
}

/** Whether the core answered with an error, as against not answering at all. */
export function isCallError(error: unknown): error is ORPCError<string, unknown> {
  return error instanceof ORPCError;
}

function fromCall({ code, status, message, data }: ORPCError<string, unknown>): CliFailure {
  const field = fieldOf(data);
  const named = field && !message.startsWith(`${field}:`) ? `${field}: ${message}` : message;
  const wayOut = waysOut[code];
  return new CliFailure(code, visibleText(wayOut ? `${named}\n${wayOut}` : named), status < 500 ? 2 : 1);
}

function fieldOf(data: unknown): string | null {
  return typeof data === "object" && data !== null && "field" in data && typeof data.field === "string" ? data.field : null;
}

const waysOut: Record<string, string> = {
  SESSION_NOT_FOUND: "`hearth ls` lists the sessions.",
  RUN_NOT_PAUSED: "`hearth show SESSION` tells how its runs stand.",
  RUN_NOT_FOUND: "`hearth show SESSION` lists the runs of a session.",
  CHECKPOINT_NOT_FOUND: "`hearth checkpoints SESSION` lists the checkpoints of a session.",
  AGENT_NOT_FOUND: "`hearth doctor` lists the agents.",
  CODING_AGENT_ENGINE_UNAVAILABLE: "`hearth doctor` tells the state of each agent.",
  CODING_AGENT_DOES_NOT_ASK: "`hearth run --allow-unasked` allows it.",
  PROJECT_NOT_TRUSTED: "Run it in a terminal to be asked, or trust the project with --yes.",
};
