import type { RunEventBody, Usage } from "../../shared/run-event.ts";
import type { AgentHost, AgentTerminals, AgentUpdate } from "../agents/port.ts";
import type { Permissions, Turn } from "./ports.ts";
import type { ToolCalls } from "./tool-calls.ts";

/** What a run hears of its agent, translated into the run's own events. */
export type RunHostDeps = {
  turn: Turn;
  tools: ToolCalls;
  permissions: Permissions;
  terminals: AgentTerminals;
  /** The turn's end; asks that are open then resolve as cancelled. */
  signal: AbortSignal;
  /** The checkpoint before the run: nothing that the app does for the agent happens before it is taken. */
  checkpointTaken(): Promise<unknown>;
  accepts(): boolean;
  stream(body: RunEventBody): void;
  onActivity(kind: "text" | "other"): void;
  onUsage(usage: Usage): void;
  onModel(modelId: string): void;
  onTitle(title: string): void;
};

const noUsage: Usage = { input: null, cached: null, output: null, reasoning: null };

export function createRunHost(deps: RunHostDeps): AgentHost {
  let usage = noUsage;
  const until = (signal: AbortSignal): AbortSignal => AbortSignal.any([signal, deps.signal]);
  return {
    onUpdate(update) {
      if (!deps.accepts()) return;
      deps.onActivity(update.type === "text" || update.type === "reasoning" ? "text" : "other");
      if (update.type === "usage") {
        usage = { ...usage, ...update.usage };
        deps.onUsage(usage);
      }
      const body = translate(update, usage, deps);
      if (body) deps.stream(body);
    },
    async requestPermission(ask, signal) {
      await deps.checkpointTaken();
      const outcome = await deps.permissions.request(deps.turn, ask, until(signal));
      if (outcome.kind === "selected" && !outcome.allowed && ask.toolCallId) {
        const rejected = deps.tools.reject(ask.toolCallId);
        if (rejected) deps.stream(rejected);
      }
      return outcome;
    },
    async authorize(action, toolCallId, signal) {
      await deps.checkpointTaken();
      if (!deps.accepts()) return false;
      return deps.permissions.authorize(deps.turn, action, toolCallId, until(signal));
    },
    ask: (question, signal) => deps.permissions.ask(deps.turn, question, until(signal)),
    terminals: deps.terminals,
  };
}

function translate(update: AgentUpdate, usage: Usage, deps: RunHostDeps): RunEventBody | null {
  switch (update.type) {
    case "text":
    case "reasoning":
      if (update.text === "") return null;
      return {
        type: update.type === "text" ? "assistant.delta" : "reasoning.delta",
        payload: { text: update.text, ...(update.messageId === undefined ? {} : { messageId: update.messageId }) },
      };
    case "tool":
      return deps.tools.apply(update.tool);
    case "plan":
      return { type: "plan.updated", payload: { entries: update.entries } };
    case "commands":
      return { type: "commands.updated", payload: { commands: update.commands } };
    case "mode":
      return { type: "mode.changed", payload: { modeId: update.modeId } };
    case "usage":
      return { type: "usage.updated", payload: usage };
    case "notice":
      return { type: "notice", payload: { kind: update.kind, message: update.message } };
    case "compacted":
      return { type: "context.compacted", payload: update.message === undefined ? {} : { message: update.message } };
    case "model":
      deps.onModel(update.modelId);
      return null;
    case "title":
      deps.onTitle(update.title);
      return null;
    case "options":
      return null;
  }
}
