import type { ToolPatch } from "../port.ts";

/**
 * Ties tool calls of one session to the terminals in which their commands ran: few agents tell in fields how a command
 * ended, and most let go of its terminal before they say that the call failed.
 */
export class CommandExits {
  readonly #terminalOf = new Map<string, string>();
  readonly #released = new Map<string, number>();

  /** The terminal is gone; `code` is null where its command was ended by a signal. */
  released(terminalId: string, code: number | null): void {
    if (code !== null) this.#released.set(terminalId, code);
  }

  /** A call that failed, with the exit code of the command in its terminal; `codeOf` knows of those that are still open. */
  complete(tool: ToolPatch, codeOf: (terminalId: string) => number | null): ToolPatch {
    if (tool.terminal !== undefined) this.#terminalOf.set(tool.id, tool.terminal);
    const terminalId = this.#terminalOf.get(tool.id);
    if (terminalId === undefined || (tool.status !== "failed" && tool.status !== "completed")) return tool;
    this.#terminalOf.delete(tool.id);
    const exitCode = this.#released.get(terminalId) ?? codeOf(terminalId);
    this.#released.delete(terminalId);
    if (tool.status === "completed" || exitCode === null) return tool;
    return { ...tool, ending: { exitCode, ...tool.ending } };
  }
}
