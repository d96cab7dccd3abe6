import type { CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import type { AgentFailure } from "../port.ts";
import { noLevel } from "../programs/offers.ts";
import { askRules } from "./ask-forms.ts";
import type { Pipe } from "./pipe.ts";
import type { Query, UserContent, UserMessage } from "./sdk.ts";

type Deps = { query: Query; prompts: Pipe<UserMessage>; clock: Clock };

const callMs = 30_000;

/** What is told to a process: prompts, and what it is to work with. Each call has a time limit. */
export class Controls {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  say(uuid: string, content: UserContent[]): void {
    const message = { role: "user" as const, content };
    this.#deps.prompts.put({ type: "user", uuid, session_id: "", parent_tool_use_id: null, message });
  }

  interrupt(): Promise<Result<null, AgentFailure>> {
    return this.#call("Stopping", this.#deps.query.interrupt());
  }

  /** From one choice to another; only what differs is told. */
  async set(from: CurrentChoice, to: CurrentChoice): Promise<Result<null, AgentFailure>> {
    const { query } = this.#deps;
    const calls: [string, () => Promise<unknown>][] = [];
    if (to.modelId !== null && to.modelId !== from.modelId)
      calls.push(["Setting the model", () => query.setModel(to.modelId ?? "")]);
    if (to.thinkingLevel !== from.thinkingLevel || (to.modelId !== from.modelId && to.thinkingLevel !== null)) {
      const effortLevel = to.thinkingLevel === noLevel ? null : to.thinkingLevel;
      calls.push(["Setting the thinking level", () => query.applyFlagSettings({ effortLevel })]);
    }
    if (to.modeId !== null && to.modeId !== from.modeId) {
      const mode = to.modeId;
      calls.push(["Setting what it asks", () => query.applyFlagSettings({ permissions: { ask: askRules(mode) } })]);
      calls.push(["Setting the mode", () => query.setPermissionMode(mode)]);
    }
    for (const [doing, call] of calls) {
      const done = await this.#call(doing, call());
      if (!done.ok) return done;
    }
    return ok(null);
  }

  #call(doing: string, call: Promise<unknown>): Promise<Result<null, AgentFailure>> {
    const { promise, resolve } = Promise.withResolvers<Result<null, AgentFailure>>();
    const failed = (why: string): void => resolve(fail({ type: "failed", message: `${doing} ${why}` }));
    const takeBack = this.#deps.clock.after(callMs, () => failed(`wasn't answered in ${callMs / 1000} s`));
    call.then(
      () => resolve(ok(null)),
      (error: unknown) => failed(`failed: ${error instanceof Error ? error.message : String(error)}`),
    );
    return promise.finally(takeBack);
  }
}
