import type { Run } from "../../shared/contract/runs.ts";
import type { RunInput } from "../../shared/run-state.ts";
import type { RunEventBody, Usage } from "../../shared/run-event.ts";
import type { AgentBackend, AgentSessionHandle, LeftCommands, OpenRequest, PromptRequest } from "../agents/port.ts";
import type { Log } from "../lib/log.ts";
import { codeOf, leftNotice, stopReasons } from "./agent-words.ts";
import type { HandedOver } from "./handovers.ts";

export type RunAgentDeps = { backend: Pick<AgentBackend, "open">; log: Log; run: Run };

const nothing: LeftCommands = { ended: [], left: [] };

/**
 * The agent's part in one run: its session from when it is open, and each way to end the turn in it. What comes of it
 * is an input for the run's state machine. The session outlives the run.
 */
export class RunAgent {
  readonly #deps: RunAgentDeps;
  #handle: AgentSessionHandle | null = null;

  constructor(deps: RunAgentDeps) {
    this.#deps = deps;
  }

  /** Null until the session is open. */
  get handle(): AgentSessionHandle | null {
    return this.#handle;
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<RunInput> {
    const opened = await this.#deps.backend.open(request, signal);
    if (!opened.ok) return { type: "agent-not-opened", ...codeOf(opened.error) };
    this.#handle = opened.value;
    return { type: "agent-opened" };
  }

  /** The turn, or more of one that was paused; `before` is told ahead of the person's words. `begun` is called once the prompt is on its way. */
  async prompt(
    handle: AgentSessionHandle,
    { goesOn, before, contract, ...how }: Pick<PromptRequest, "policy" | "limits"> & HandedOver & { goesOn: boolean },
    begun: () => void,
  ): Promise<{ input: RunInput; usage: Usage | null }> {
    const { prompt, requestedModelId, modeId, thinkingLevel } = this.#deps.run;
    const account = before === null ? [] : [{ type: "account" as const, text: before }];
    const said = goesOn ? { blocks: [], goesOn } : { blocks: [...account, ...prompt] };
    const given = contract ? { integrationContract: contract } : {};
    const turn = handle.prompt({ ...said, ...how, ...given, modelId: requestedModelId, modeId, thinkingLevel });
    begun();
    const ended = await turn;
    if (!ended.ok) return { input: { type: "turn-failed", ...codeOf(ended.error) }, usage: null };
    const { usage } = ended.value;
    if (ended.value.reason === "paused") return { input: { type: "turn-paused", pause: ended.value.pause }, usage };
    return { input: { type: "turn-ended", stopReason: stopReasons[ended.value.reason] }, usage };
  }

  /** A cancel that can't be sent is as good as one that isn't answered. */
  async cancel(): Promise<RunInput | null> {
    try {
      await this.#handle?.cancel();
      return null;
    } catch (error) {
      this.#log("run.cancel", error);
      return { type: "timer", timer: "stop-answer" };
    }
  }

  async kill(): Promise<RunInput> {
    try {
      await this.#handle?.kill();
      return { type: "killed" };
    } catch (error) {
      this.#log("run.kill", error);
      return { type: "kill-unproved" };
    }
  }

  /** The run ends without its agent's answer: the agent is told to stop, or ended where it can't be told. */
  async letGo(): Promise<void> {
    try {
      await this.#handle?.cancel().catch(() => this.#handle?.kill());
    } catch (error) {
      this.#log("run.let-go", error);
    }
  }

  /** Ends the commands that its tools began and that run on, and tells of them; what can't be looked at counts as none. */
  async endCommands(begun: Parameters<AgentSessionHandle["endCommands"]>[0]): Promise<RunEventBody | null> {
    try {
      return leftNotice((await this.#handle?.endCommands(begun)) ?? nothing);
    } catch (error) {
      this.#log("run.end-commands", error);
      return null;
    }
  }

  #log(what: string, error: unknown): void {
    this.#deps.log.error(what, error, { runId: this.#deps.run.id });
  }
}
