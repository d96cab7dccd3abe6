import { createHash } from "node:crypto";
import type { McpTold, McpTool } from "../../shared/contract/mcp.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Approval, Approvals } from "./approvals.ts";
import { ToolGate, type SeenTool } from "./bridge/tool-gate.ts";
import type { Checked } from "./check.ts";

/** Of a server as it was then (`hash`). */
type Told = { hash: string; at: number; title: string | null; problem: string | null; tools: SeenTool[] };

/** What servers told since Hearth began, in memory, beside what was approved of it. */
export class ServerTools {
  readonly #clock: Clock;
  readonly #approvals: Approvals;
  readonly #told = new Map<string, Told>();

  constructor(clock: Clock, approvals: Approvals) {
    this.#clock = clock;
    this.#approvals = approvals;
  }

  /** As a person is told of it; null where the server wasn't asked. */
  describe(name: string, hash: string): McpTold | null {
    const told = this.#find(name, hash);
    if (!told) return null;
    const { at, title, problem, tools } = told;
    return {
      at: isoTime(at),
      title,
      problem,
      tools: judgeTools(tools, this.#approvedOf(name, hash)),
      toolsHash: hashOfTools(tools),
    };
  }

  /** Whether nothing came or changed since it was approved, as far as is known. */
  areApproved(name: string, hash: string): boolean {
    const tools = judgeTools(this.#find(name, hash)?.tools ?? [], this.#approvedOf(name, hash));
    return tools.every(({ state }) => state === "approved");
  }

  /** The tools as they were told last, if they are those. */
  ofHash(name: string, hash: string, toolsHash: string): SeenTool[] | null {
    const told = this.#find(name, hash);
    return told && hashOfTools(told.tools) === toolsHash ? told.tools : null;
  }

  checked(name: string, hash: string, { title, tools }: Checked): void {
    this.#saw(name, { hash, at: this.#clock.now(), title, problem: null, tools });
  }

  failed(name: string, hash: string, problem: string): void {
    const tools = this.#find(name, hash)?.tools ?? [];
    this.#told.set(name, { hash, at: this.#clock.now(), title: null, problem, tools });
  }

  gate(name: string, hash: string): ToolGate {
    return new ToolGate({
      approved: () => {
        const approval = this.#approvals.find(name);
        // Taken back meanwhile: nothing of it is approved any more.
        if (approval?.hash !== hash) return new Map();
        return approval.tools && new Map(approval.tools.map((tool) => [tool.name, tool.hash]));
      },
      onFailed: (message) => this.failed(name, hash, message),
      onSeen: (tools) => {
        const title = this.#find(name, hash)?.title ?? null;
        this.#saw(name, { hash, at: this.#clock.now(), title, problem: null, tools });
      },
    });
  }

  /** The first tools that an approved server tells of are those that were approved with it. */
  #saw(name: string, told: Told): void {
    this.#told.set(name, told);
    const approved = this.#approvals.find(name);
    if (approved?.hash === told.hash && approved.tools === null) this.#approvals.set(name, { ...approved, tools: told.tools });
  }

  #find(name: string, hash: string): Told | null {
    const told = this.#told.get(name);
    return told?.hash === hash ? told : null;
  }

  #approvedOf(name: string, hash: string): Approval["tools"] {
    const approval = this.#approvals.find(name);
    return approval?.hash === hash ? approval.tools : null;
  }
}

/** Tools as they are now beside those that were approved; where none were known then, all count as approved. */
export function judgeTools(seen: readonly SeenTool[], approved: Approval["tools"]): McpTool[] {
  return seen.map(({ name, description, hash }): McpTool => {
    const before = approved?.find((tool) => tool.name === name);
    if (!approved || before?.hash === hash) return { name, description, state: "approved", was: null };
    return { name, description, state: before ? "changed" : "new", was: before?.description ?? null };
  });
}

/** An approval is of these tools as they are. */
function hashOfTools(seen: readonly SeenTool[]): string {
  const all = seen.map(({ name, hash }) => `${name}:${hash}`).toSorted();
  return createHash("sha256").update(JSON.stringify(all)).digest("hex");
}
