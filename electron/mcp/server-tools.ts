import { createHash } from "node:crypto";
import type { McpTold, McpTool } from "../../shared/contract/mcp.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Approval, Approvals } from "./approvals.ts";
import { ToolGate, type SeenServer, type SeenTool } from "./bridge/tool-gate.ts";
import type { Checked } from "./check.ts";

/** Of a server as it was then (`hash`). */
type Told = SeenServer & { hash: string; at: number; title: string | null; problem: string | null };
type Known = Pick<Approval, "tools" | "instructions">;
const nothing: Known = { tools: null, instructions: null };

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
    const approved = this.#approvedOf(name, hash);
    return {
      at: isoTime(at),
      title,
      problem,
      tools: judgeTools(tools, approved.tools),
      instructions: judgeInstructions(told.instructions, approved.instructions),
      toolsHash: hashOfTold(told),
    };
  }

  /** Whether it was asked since Hearth began. */
  wasAsked(name: string, hash: string): boolean {
    return this.#find(name, hash)?.problem === null;
  }

  /** Whether it was asked, and nothing came or changed since it was approved. */
  isAsApproved(name: string, hash: string): boolean {
    const told = this.#find(name, hash);
    if (!told || told.problem !== null) return false;
    const { tools, instructions } = this.#approvedOf(name, hash);
    const said = judgeInstructions(told.instructions, instructions);
    return judgeTools(told.tools, tools).every(({ state }) => state === "approved") && (said?.state ?? "approved") === "approved";
  }

  /** What it told last, if that is it. */
  ofHash(name: string, hash: string, toolsHash: string): SeenServer | null {
    const told = this.#find(name, hash);
    return told && hashOfTold(told) === toolsHash ? told : null;
  }

  checked(name: string, hash: string, checked: Checked): void {
    this.#saw(name, { ...checked, hash, at: this.#clock.now(), problem: null });
  }

  failed(name: string, hash: string, problem: string): void {
    const { tools = [], instructions = "" } = this.#find(name, hash) ?? {};
    this.#told.set(name, { hash, at: this.#clock.now(), title: null, problem, tools, instructions });
  }

  gate(name: string, hash: string): ToolGate {
    return new ToolGate({
      approved: () => {
        const approval = this.#approvals.find(name);
        // Taken back meanwhile: nothing of it is approved any more.
        if (approval?.hash !== hash) return { instructions: "", tools: new Map() };
        const { instructions, tools } = approval;
        return tools && { instructions, tools: new Map(tools.map((tool) => [tool.name, tool.hash])) };
      },
      onFailed: (message) => this.failed(name, hash, message),
      onSeen: (seen) => {
        const title = this.#find(name, hash)?.title ?? null;
        this.#saw(name, { ...seen, hash, at: this.#clock.now(), title, problem: null });
      },
    });
  }

  /** What an approved server tells first is what was approved with it. */
  #saw(name: string, told: Told): void {
    this.#told.set(name, told);
    const approved = this.#approvals.find(name);
    if (approved?.hash !== told.hash || (approved.tools !== null && approved.instructions !== null)) return;
    const { tools, instructions } = approved;
    this.#approvals.set(name, { ...approved, tools: tools ?? told.tools, instructions: instructions ?? told.instructions });
  }

  #find(name: string, hash: string): Told | null {
    const told = this.#told.get(name);
    return told?.hash === hash ? told : null;
  }

  #approvedOf(name: string, hash: string): Known {
    const approval = this.#approvals.find(name);
    return approval?.hash === hash ? approval : nothing;
  }
}

/** Tools as they are now beside those that were approved; where none were known then, all count as approved. */
export function judgeTools(seen: readonly SeenTool[], approved: Approval["tools"]): McpTool[] {
  return seen.map(({ name, description, more, hash }): McpTool => {
    const before = approved?.find((tool) => tool.name === name);
    if (!approved || before?.hash === hash) return { name, description, more, state: "approved", was: null };
    const was = before ? { description: before.description, more: before.more } : null;
    return { name, description, more, state: before ? "changed" : "new", was };
  });
}

/** How it says that it is to be used, beside what was approved; null where it says nothing now. */
function judgeInstructions(text: string, approved: string | null): McpTold["instructions"] {
  if (text === "") return null;
  if (approved === null || approved === text) return { text, state: "approved", was: null };
  return { text, state: approved === "" ? "new" : "changed", was: approved === "" ? null : approved };
}

/** An approval is of all that as it is. */
function hashOfTold({ tools, instructions }: SeenServer): string {
  const all = tools.map(({ name, hash }) => `${name}:${hash}`).toSorted();
  return createHash("sha256")
    .update(JSON.stringify([all, instructions]))
    .digest("hex");
}
