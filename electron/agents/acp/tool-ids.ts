import { toolHasEnded } from "../../../shared/run-event.ts";
import type { ToolPatch } from "../port.ts";

/**
 * Names the tool calls of one agent session, each once: agents number them as they like, some each call alike. A call
 * that begins after its namesake has ended gets a name of its own; anything else said of an id is about the last one.
 */
export class ToolIds {
  readonly #calls = new Map<string, { times: number; ended: boolean }>();
  readonly #told = new Set<string>();

  /** `begins`: the agent speaks of the call as of a new one. */
  nameOf(id: string, begins: boolean): string {
    const call = this.#calls.get(id) ?? { times: 1, ended: false };
    if (begins && call.ended) {
      call.times += 1;
      call.ended = false;
    }
    this.#calls.set(id, call);
    return call.times === 1 ? id : `${id}#${call.times}`;
  }

  /** The call of this id is over, whatever is still said of it. */
  end(id: string): void {
    const call = this.#calls.get(id);
    if (call) call.ended = true;
  }

  /** An update's patch under the call's own name. */
  rename(tool: ToolPatch, begins: boolean): ToolPatch {
    const name = this.nameOf(tool.id, begins);
    if (tool.status && toolHasEnded(tool.status)) this.end(tool.id);
    this.#told.add(name);
    return { ...tool, id: name };
  }

  /** Whether an update has told of the call of this name. */
  isTold(name: string): boolean {
    return this.#told.has(name);
  }
}
