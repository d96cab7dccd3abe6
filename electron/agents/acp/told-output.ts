import { isRecord } from "../../../shared/is-record.ts";
import type { ToolPatch } from "../port.ts";

const maxChars = 1024 * 1024;

/**
 * What commands print that an agent runs by itself, as some tell it: piece by piece in `_meta`, beside the protocol.
 * An output that the agent tells whole takes its place.
 */
export class ToldOutput {
  readonly #printed = new Map<string, string>();

  /** The patch with all that was printed so far, where this update brings more of it. */
  complete(tool: ToolPatch, update: unknown): ToolPatch {
    const piece = pieceIn(update);
    const text = ((this.#printed.get(tool.id) ?? "") + piece).slice(-maxChars);
    const isOver = tool.status === "completed" || tool.status === "failed";
    if (isOver || tool.output !== undefined) this.#printed.delete(tool.id);
    else if (piece !== "") this.#printed.set(tool.id, text);
    return piece === "" || tool.output !== undefined ? tool : { ...tool, output: text };
  }
}

function pieceIn(update: unknown): string {
  const meta = isRecord(update) && isRecord(update["_meta"]) ? update["_meta"] : {};
  for (const name of ["terminal_output_delta", "terminal_output"]) {
    const told = meta[name];
    if (isRecord(told) && typeof told["data"] === "string") return told["data"];
  }
  return "";
}
