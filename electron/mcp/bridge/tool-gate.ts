import { createHash } from "node:crypto";
import * as z from "zod";

/** A tool as far as a person is told of it. `hash`: of all that an agent is told of it. */
export type SeenTool = { name: string; description: string; hash: string };

/** A page of a list of tools, as far as it is used; the rest stays. */
export const listedTools = z.looseObject({
  tools: z.array(z.looseObject({ name: z.string(), description: z.string().catch("") })),
  nextCursor: z.string().nullish().catch(null),
});

/** More than any server has for models to choose from. */
const mostTools = 5000;

export type ToolGateDeps = {
  /** The tools that were approved, by name → hash; null where none is known yet: then all are. */
  approved: () => ReadonlyMap<string, string> | null;
  /** A server told of all its tools at once. */
  onSeen: (tools: SeenTool[]) => void;
  /** It couldn't be started for an agent. */
  onFailed: (message: string) => void;
};

/**
 * Lets through what was approved of a server's tools: one that came later, or says something else since, is withheld
 * from agents until the person has seen it.
 */
export class ToolGate {
  readonly #deps: ToolGateDeps;
  /** As they were told last: name → tool. */
  #seen = new Map<string, SeenTool>();

  constructor(deps: ToolGateDeps) {
    this.#deps = deps;
  }

  /** What of a page of the list may go on; nothing of one that can't be read. `first`: it is the first page. */
  passOn(result: unknown, first: boolean): unknown {
    const parsed = listedTools.safeParse(result);
    if (first) this.#seen = new Map();
    if (!parsed.success || this.#seen.size + parsed.data.tools.length > mostTools) return { tools: [] };
    const seen = parsed.data.tools.map(seenTool);
    for (const tool of seen) this.#seen.set(tool.name, tool);
    if (!parsed.data.nextCursor) this.#deps.onSeen([...this.#seen.values()]);
    const approved = this.#deps.approved();
    if (!approved) return result;
    return { ...parsed.data, tools: parsed.data.tools.filter((_, at) => isApproved(approved, seen[at])) };
  }

  failed(message: string): void {
    this.#deps.onFailed(message);
  }

  /** Why a call isn't passed on; null where it is. */
  refusal(tool: unknown): string | null {
    const approved = this.#deps.approved();
    if (!approved) return null;
    const before = typeof tool === "string" ? approved.get(tool) : undefined;
    const now = this.#seen.get(String(tool))?.hash ?? before;
    if (before !== undefined && before === now) return null;
    const how = before === undefined ? "came" : "has changed";
    return `The tool ${String(tool)} ${how} after the server was approved. It waits in Hearth's settings, under MCP servers.`;
  }
}

function isApproved(approved: ReadonlyMap<string, string>, tool: SeenTool | undefined): boolean {
  return tool !== undefined && approved.get(tool.name) === tool.hash;
}

/** All that an agent is told of a tool counts: a word in its description is an instruction to the model. */
export function seenTool(tool: { name: string; description?: string | undefined }): SeenTool {
  const { _meta, ...told } = tool as typeof tool & { _meta?: unknown };
  const hash = createHash("sha256")
    .update(JSON.stringify(sorted(told)))
    .digest("hex");
  return { name: tool.name, description: (tool.description ?? "").slice(0, 2000), hash };
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map((each: unknown) => sorted(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]: [string, unknown]) => [key, sorted(inner)]);
}
