import { onTestFinished } from "vitest";
import type { PermissionAction } from "../../shared/run-event.ts";
import type { AgentHost, AgentTerminals, AgentUpdate, PermissionOutcome, QuestionAsk, QuestionOutcome } from "../agents/port.ts";
import { Outputs } from "../assistant/tools/answer/outputs.ts";
import { callTool, type ToolAnswer } from "../assistant/tools/call-tool.ts";
import { Jobs } from "../assistant/tools/commands/jobs.ts";
import { FilesSeen } from "../assistant/tools/files-seen.ts";
import type { Tool, ToolCallContext } from "../assistant/tools/tool.ts";
import { tempFolder } from "./temp-folder.ts";

const noSkills = { list: async () => [], read: async () => null, readFile: async () => null };
const noTerminals: AgentTerminals = {
  create: () => Promise.resolve({ ok: false, error: { type: "unavailable", message: "No terminals here" } }),
  output: () => null,
  waitForExit: () => Promise.resolve(null),
  kill: () => Promise.resolve(),
  release: () => Promise.resolve(),
};

/** A working copy in a folder of the test's own, and a host that answers as the test says. */
export class ToolBench {
  readonly root: string;
  readonly asked: PermissionAction[] = [];
  readonly questions: QuestionAsk[] = [];
  readonly updates: AgentUpdate[] = [];
  readonly stop = new AbortController();
  readonly call: ToolCallContext;
  /** What comes of a request; may do something meanwhile. */
  decide: (action: PermissionAction) => PermissionOutcome | Promise<PermissionOutcome> = () => allowed;
  reply: QuestionOutcome = { kind: "declined" };

  constructor(given: { root?: string; terminals?: AgentTerminals } = {}) {
    this.root = given.root ?? tempFolder("tools");
    const jobs = new Jobs();
    onTestFinished(() => jobs.endAll());
    this.call = {
      ...{
        callId: "call",
        chatId: "chat",
        contract: null,
        skills: noSkills,
        root: this.root,
        folder: "",
        host: this.#host(given.terminals ?? noTerminals),
      },
      ...{ files: new FilesSeen(), outputs: new Outputs(tempFolder("outputs")), jobs },
      ...{ show: (patch) => void this.updates.push({ type: "tool", tool: { id: "call", ...patch } }), signal: this.stop.signal },
    };
  }

  run(tool: Tool, sent: unknown): Promise<ToolAnswer> {
    return callTool(tool, sent, this.call);
  }

  #host(terminals: AgentTerminals): AgentHost {
    return {
      onUpdate: (update) => void this.updates.push(update),
      requestPermission: async ({ action }) => {
        this.asked.push(action);
        return this.decide(action);
      },
      authorize: () => Promise.reject(new Error("The built-in agent asks by itself")),
      ask: (question) => {
        this.questions.push(question);
        return Promise.resolve(this.reply);
      },
      terminals,
    };
  }
}

export const allowed: PermissionOutcome = { kind: "selected", optionId: "allow", allowed: true };
export const rejected: PermissionOutcome = { kind: "selected", optionId: "reject", allowed: false };
