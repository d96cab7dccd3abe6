import { failure } from "../../shared/errors.ts";
import { ok } from "../../shared/result.ts";
import type { OpenTerminal } from "../agents/sign-in.ts";
import type { TerminalsService } from "./service.ts";

/** A program in a terminal of the person's, which is closed when whoever opened it says so. */
export function openProgram(terminals: TerminalsService, program: Parameters<OpenTerminal>[0]): ReturnType<OpenTerminal> {
  const opened = terminals.start({ ...program, owner: null, cols: 100, rows: 30, holds: true });
  if (!opened.ok) return failure("TERMINAL_FAILED", opened.error.message);
  const { terminal, live } = opened.value;
  const close = async (): Promise<void> => void (await terminals.close(terminal.id));
  return ok({ terminalId: terminal.id, exited: live.exited.then(({ code }) => code), close });
}
