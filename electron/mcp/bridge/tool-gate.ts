import { createHash } from "node:crypto";
import * as z from "zod";
import { isRecord } from "../../../shared/is-record.ts";

/** A tool as a person is shown it. `more`: whatever else an agent is told of it, as JSON. `hash`: of all of that. */
export type SeenTool = { name: string; description: string; more: string; hash: string };

/** What a server tells agents of itself that a model reads. `instructions`: how to use it, "" where it says nothing. */
export type SeenServer = { instructions: string; tools: SeenTool[] };

/** What of it was approved: name → hash. `instructions` null: none were known then, and the first count. */
export type ApprovedServer = { instructions: string | null; tools: ReadonlyMap<string, string> };

/** A page of a list of tools, as far as it is used; the rest stays. */
export const listedTools = z.looseObject({
  tools: z.array(z.looseObject({ name: z.string(), description: z.string().catch("") })),
  nextCursor: z.string().nullish().catch(null),
});
type ListedTool = z.infer<typeof listedTools>["tools"][number];

/** More than any server has for models to choose from, and than anybody reads. */
const mostTools = 5000;
const mostCharacters = 2_000_000;
export const mostInstructions = 32_000;

export type ToolGateDeps = {
  /** null where none is known yet: then all is approved. */
  approved: () => ApprovedServer | null;
  /** A server told of all its tools at once. */
  onSeen: (seen: SeenServer) => void;
  /** It couldn't be started or reached for an agent. */
  onFailed: (message: string) => void;
};

/**
 * Lets through what was approved of what a server tells models: a tool that came later, or says something else since, is
 * withheld from agents until the person has seen it, and so is how the server says it is to be used. What a person isn't
 * shown (`_meta`) is told to nobody.
 */
const unreadable = "its server's list of tools can't be read, is longer than anybody could read, or names one twice.";

export class ToolGate {
  readonly #deps: ToolGateDeps;
  /** As they were told last: name → tool. */
  #seen = new Map<string, SeenTool>();
  #instructions = "";
  /** The list as far as it was told could be read, and each name stood once. */
  #isWhole = true;

  constructor(deps: ToolGateDeps) {
    this.#deps = deps;
  }

  /** What of a server's answer to `initialize` may go on. */
  passIntroduction(result: unknown): unknown {
    if (!isRecord(result)) return result;
    const { instructions, ...others } = result;
    this.#instructions = readInstructions(instructions);
    const approved = this.#deps.approved()?.instructions ?? null;
    const isApproved = approved === null || approved === this.#instructions;
    return isApproved && this.#instructions !== "" && instructions === this.#instructions ? result : others;
  }

  /** What of a page of the list may go on; nothing of one that can't be read. `first`: it is the first page. */
  passOn(result: unknown, first: boolean): unknown {
    const parsed = listedTools.safeParse(result);
    if (first) this.#seen = new Map();
    this.#isWhole = parsed.success && (first || this.#isWhole) && this.#takes(parsed.data.tools);
    if (!parsed.success || !this.#isWhole) {
      this.#deps.onFailed(unreadable);
      return { tools: [] };
    }
    if (!parsed.data.nextCursor) this.#deps.onSeen({ instructions: this.#instructions, tools: [...this.#seen.values()] });
    const approved = this.#deps.approved();
    const passed = parsed.data.tools.filter(({ name }) => !approved || approved.tools.get(name) === this.#seen.get(name)?.hash);
    return { ...parsed.data, tools: passed.map(({ _meta, ...shown }) => shown) };
  }

  failed(message: string): void {
    this.#deps.onFailed(message);
  }

  /** Why a call isn't passed on; null where it is. */
  refusal(tool: unknown): string | null {
    const approved = this.#deps.approved();
    if (!this.#isWhole) return `The tool ${String(tool)} can't be called: ${unreadable}`;
    if (!approved) return null;
    const before = typeof tool === "string" ? approved.tools.get(tool) : undefined;
    const now = this.#seen.get(String(tool))?.hash ?? before;
    if (before !== undefined && before === now) return null;
    const how = before === undefined ? "came" : "has changed";
    return `The tool ${String(tool)} ${how} after the server was approved. It waits in Hearth's settings, under MCP servers.`;
  }

  #takes(tools: readonly ListedTool[]): boolean {
    const seen = seenTools(tools, [...this.#seen.values()]);
    for (const tool of seen ?? []) this.#seen.set(tool.name, tool);
    return seen !== null;
  }
}

/** A page of tools after those `before`. null: all of them together are too much, or two have one name. */
export function seenTools(tools: readonly ListedTool[], before: readonly SeenTool[]): SeenTool[] | null {
  if (before.length + tools.length > mostTools) return null;
  const seen = tools.map(seenTool);
  if (new Set([...before, ...seen].map(({ name }) => name)).size < before.length + seen.length) return null;
  const characters = [...before, ...seen].reduce((sum, { description, more }) => sum + description.length + more.length, 0);
  return characters > mostCharacters ? null : seen;
}

/** All that an agent is told of a tool counts: a word in its description is an instruction to the model. */
export function seenTool(tool: { name: string; description?: string | undefined }): SeenTool {
  const { _meta, ...told } = tool as typeof tool & { _meta?: unknown };
  const { name, description = "", ...others } = told;
  const more = Object.keys(others).length === 0 ? "" : JSON.stringify(others, null, 1);
  const hash = createHash("sha256")
    .update(JSON.stringify(sorted(told)))
    .digest("hex");
  return { name, description, more, hash };
}

/** As they are shown and passed on: longer ones are neither. */
export function readInstructions(instructions: unknown): string {
  return typeof instructions === "string" ? instructions.slice(0, mostInstructions) : "";
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => sorted(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]: [string, unknown]) => [key, sorted(inner)]);
}
