import type { StreamMessage } from "../stream-json/message.ts";

const maxCalls = 10_000;

/** Whose calls are a sub-agent's, and what that was begun for: by the call that began it. */
export class SubAgents {
  /** Call that began a sub-agent → what for. */
  readonly #begun = new Map<string, string>();
  /** A sub-agent's call → the call that began it. */
  readonly #parents = new Map<string, string>();

  hear(message: StreamMessage): void {
    if (message.type !== "assistant") return;
    const parent = message.parent_tool_use_id;
    for (const { type, id, input = {} } of message.message.content) {
      if (type !== "tool_use" || id === undefined) continue;
      if (parent && this.#parents.size < maxCalls) this.#parents.set(id, parent);
      const task = [input["description"], input["subagent_type"]].find((said) => typeof said === "string" && said !== "");
      if (typeof input["prompt"] === "string" && this.#begun.size < maxCalls) this.#begun.set(id, String(task ?? ""));
    }
  }

  /** What the sub-agent whose call it is was begun for, empty where that wasn't told; undefined for the agent's own call. */
  askerOf(toolUseId: string, agentId: string | undefined): string | undefined {
    const parent = this.#parents.get(toolUseId);
    if (parent === undefined) return agentId === undefined ? undefined : "";
    return this.#begun.get(parent) ?? "";
  }
}
