import type { AskContext, PermissionResult, Query } from "./sdk.ts";
import { readMessage, type StreamMessage } from "../stream-json/message.ts";
import { stopped } from "./ask-forms.ts";

/** The session at the other end: what the process says and asks is for it. */
export interface LineEnd {
  hear(message: StreamMessage): void;
  canUseTool(name: string, input: Record<string, unknown>, context: AskContext): Promise<PermissionResult>;
}

/** What a process says and asks, given to the session that was opened on it. Ends with the process. */
export class Line {
  #end: LineEnd | null = null;
  #unknown = 0;
  #heard = 0;

  attach(end: LineEnd | null): void {
    this.#end = end;
  }

  get counts(): { heard: number; unknown: number } {
    return { heard: this.#heard, unknown: this.#unknown };
  }

  /** Resolves when it says no more, with the reason where there is one. */
  async listen(query: Query): Promise<string | null> {
    try {
      for await (const said of query) {
        this.#heard += 1;
        const message = readMessage(said);
        if (message) this.#end?.hear(message);
        else this.#unknown += 1;
      }
      return null;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  async ask(name: string, input: Record<string, unknown>, context: AskContext): Promise<PermissionResult> {
    return this.#end ? this.#end.canUseTool(name, input, context) : stopped;
  }
}
