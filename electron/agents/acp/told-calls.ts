import { isRecord } from "../../../shared/is-record.ts";

type Told = Record<string, unknown>;

const fields = ["kind", "rawInput", "locations", "content"] as const;
const maxCalls = 500;

/** What the agent has told of the calls that go on, for the requests that name their call and leave the rest out. */
export class ToldCalls {
  readonly #calls = new Map<string, Told>();

  hear(update: unknown): void {
    if (!isRecord(update) || typeof update["toolCallId"] !== "string") return;
    const id = update["toolCallId"];
    if (update["status"] === "completed" || update["status"] === "failed") return void this.#calls.delete(id);
    const told = Object.fromEntries(fields.flatMap((name) => (says(update[name]) ? [[name, update[name]]] : [])));
    // A call that begins has nothing of its namesake before.
    const before = update["sessionUpdate"] === "tool_call" ? {} : this.#calls.get(id);
    this.#calls.set(id, { ...before, ...told });
    for (const oldest of this.#calls.keys()) {
      if (this.#calls.size <= maxCalls) break;
      this.#calls.delete(oldest);
    }
  }

  /** The call with what was told of it before; what is said now goes before that. */
  complete<T extends { toolCallId: string }>(call: T): T {
    const told = this.#calls.get(call.toolCallId);
    if (!told) return call;
    const said: Told = call;
    return { ...call, ...Object.fromEntries(Object.entries(told).filter(([name]) => !says(said[name]))) };
  }
}

/** Neither nothing nor an empty list or object. */
function says(value: unknown): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== "object" || Object.keys(value).length > 0;
}
