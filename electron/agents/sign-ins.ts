import type { Agent } from "../../shared/contract/agents.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { signIn, type SignInDeps, type SignInFailure } from "./sign-in.ts";

type SignedIn = { agent: Agent; terminalId: string | null };

/** The sign-ins that go on, at most one for each agent: a later one takes the place of the one before. */
export class SignIns {
  readonly #deps: Omit<SignInDeps, "onProgram">;
  readonly #going = new Map<string, { stop: AbortController; ended: Promise<unknown> }>();
  /** By the terminal's end, which nobody but the person and the program bring about. */
  readonly #programs = new Map<Promise<unknown>, string>();

  constructor(deps: Omit<SignInDeps, "onProgram">) {
    this.#deps = deps;
  }

  /** By a way that the agent offers. A terminal closes by itself, and the agent is asked then. That it was stopped is no failure. */
  async begin(id: string, methodId: string, sessionId: string | null = null): Promise<Result<SignedIn, SignInFailure>> {
    const before = this.#going.get(id);
    before?.stop.abort();
    const stop = new AbortController();
    const signal = AbortSignal.any([this.#deps.signal, stop.signal]);
    const onProgram = (command: string, exited: Promise<unknown>): void => this.#note(command, exited);
    const signing = Promise.allSettled([before?.ended]).then(() =>
      signIn({ ...this.#deps, onProgram, signal }, id, methodId, sessionId),
    );
    const going = { stop, ended: signing };
    this.#going.set(id, going);
    const signed = await signing.finally(() => {
      if (this.#going.get(id) === going) this.#going.delete(id);
    });
    const agent = this.#agent(id);
    if (!signed.ok && !stop.signal.aborted) return signed;
    return agent.ok ? ok({ agent: agent.value, terminalId: signed.ok ? signed.value.terminalId : null }) : agent;
  }

  /** The agent's own way; a terminal is the person's to close. */
  stop(id: string): Result<Agent, Failure<"AGENT_NOT_FOUND">> {
    this.#going.get(id)?.stop.abort();
    return this.#agent(id);
  }

  /** The programs that run in terminals to sign the person in. */
  programsInUse(): string[] {
    return [...this.#programs.values()];
  }

  #note(command: string, exited: Promise<unknown>): void {
    this.#programs.set(exited, command);
    void Promise.allSettled([exited]).then(() => this.#programs.delete(exited));
  }

  #agent(id: string): Result<Agent, Failure<"AGENT_NOT_FOUND">> {
    const agent = this.#deps.registry.get(id);
    return agent ? ok(agent) : failure("AGENT_NOT_FOUND", `There is no agent ${id}`, { field: "id" });
  }
}
