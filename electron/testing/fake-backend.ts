import { fail, ok, type Result } from "../../shared/result.ts";
import type {
  AgentBackend,
  AgentFailure,
  AgentHost,
  AgentSessionHandle,
  LeftCommands,
  PromptRequest,
  TurnEnd,
  TurnPause,
} from "../agents/port.ts";

/** A turn in the hands of a test: what the agent hears, and what it says. */
export type FakeTurn = {
  request: PromptRequest;
  host: AgentHost;
  cancelled: boolean;
  killed: boolean;
  end: (reason?: TurnEnd["reason"]) => void;
  pause: (at: TurnPause["pause"], usage?: TurnPause["usage"]) => void;
  fail: (failure: AgentFailure) => void;
};

/** The one fake of the agent port: sessions open at once (or as told), turns last until the test ends them. */
export class FakeBackend implements AgentBackend {
  readonly turns: FakeTurn[] = [];
  readonly opens: string[] = [];
  openFailure: AgentFailure | null = null;
  holdOpening: Promise<void> | null = null;
  how: AgentSessionHandle["how"] = "warm";
  wordsBeforeCommands = false;
  stragglesMs = 0;
  /** What it says of commands that its agent left running. */
  leftCommands: LeftCommands = { ended: [], left: [] };
  readonly endedCommands: Parameters<AgentSessionHandle["endCommands"]>[0][] = [];

  async open(
    request: Parameters<AgentBackend["open"]>[0],
    signal: AbortSignal,
  ): Promise<Result<AgentSessionHandle, AgentFailure>> {
    this.opens.push(request.chatId);
    if (this.holdOpening)
      await Promise.race([this.holdOpening, new Promise((resolve) => signal.addEventListener("abort", resolve))]);
    if (signal.aborted) return fail({ type: "cancelled", message: "Opening was aborted" });
    if (this.openFailure) return fail(this.openFailure);
    return ok(this.#handle(request.agentId, request.host));
  }

  outlook(): "warm" {
    return "warm";
  }

  async closeChat(): Promise<void> {}
  async closeWorkingCopy(): Promise<void> {}

  /** The latest turn. */
  get turn(): FakeTurn {
    const turn = this.turns.at(-1);
    if (!turn) throw new Error("No turn has begun");
    return turn;
  }

  #handle(agentId: string, host: AgentHost): AgentSessionHandle {
    const { turns, how, wordsBeforeCommands, stragglesMs, endedCommands, leftCommands } = this;
    let current: FakeTurn | null = null;
    return {
      agentId,
      agentSessionId: "fake-session",
      pid: null,
      stragglesMs,
      how,
      ...(wordsBeforeCommands ? { wordsBeforeCommands } : {}),
      options: { models: [], modes: [], thinkingLevels: [], commands: [] },
      currentModelId: () => "fake-model",
      prompt: (input) =>
        new Promise((resolve) => {
          current = {
            request: input,
            host,
            cancelled: false,
            killed: false,
            end: (reason = "done") => resolve(ok({ reason, usage: null })),
            pause: (pause, usage = null) => resolve(ok({ reason: "paused", pause, usage })),
            fail: (failure) => resolve(fail(failure)),
          };
          turns.push(current);
        }),
      async cancel() {
        if (current) current.cancelled = true;
      },
      async kill() {
        if (!current) return;
        current.killed = true;
        current.fail({ type: "killed", message: "Killed" });
      },
      endCommands: async (begun) => {
        endedCommands.push(begun);
        return leftCommands;
      },
    };
  }
}
