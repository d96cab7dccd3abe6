import type { AgentOptions } from "../../../shared/contract/agents.ts";
import { fail, type Result } from "../../../shared/result.ts";
import type { BackendDeps } from "../backend.ts";
import { isSameProcess } from "../../lib/process-tree.ts";
import { endStarted, startedWithin, type Started } from "../../lib/started-within.ts";
import type { AgentFailure, AgentHost, AgentSessionHandle, LeftCommands, PromptRequest, TurnEnd } from "../port.ts";
import type { AgentSession } from "./agent-child.ts";
import type { PooledChild } from "./pool.ts";

export type LiveSession = {
  chatId: string;
  agentId: string;
  child: PooledChild;
  session: AgentSession;
  /** Writes down that it is the chat's. */
  save(): void;
  /** How it was opened, until somebody who prompts it is told. */
  untold: Exclude<AgentSessionHandle["how"], "warm"> | null;
  /** MCP servers that it doesn't have, each with the reason, for the same person. */
  lacking: readonly string[];
  /** Which servers were on when it was opened, or the person was told last that it doesn't have them. */
  servers: string;
};

/** What is to be known of it besides. */
export function notesOf({ child: { note }, lacking }: LiveSession): readonly string[] {
  return note === null ? lacking : [note, ...lacking];
}

export type HandleDeps = Pick<BackendDeps, "clock" | "sessions" | "effectiveModels"> & {
  /** The session isn't to be found open any more. */
  forget(entry: LiveSession): void;
  onFailed(failure: AgentFailure): void;
  /** Whether its child carries another session, or is about to. */
  sharesChild(entry: LiveSession): boolean;
};

const reservedMs = 30_000;
const stopped: AgentFailure = {
  type: "killed",
  message: "It didn't stop when it was asked to, so its process was ended",
};

/**
 * An open session in the hands of one caller. Who opens a session is about to prompt it: until then, or for a while,
 * its child isn't idle.
 */
export class SessionHandle implements AgentSessionHandle {
  readonly stragglesMs = 50;
  readonly how: AgentSessionHandle["how"];
  readonly #deps: HandleDeps;
  readonly #entry: LiveSession;
  readonly #host: AgentHost;
  readonly #endReservation: () => void;
  #killed = false;

  constructor(deps: HandleDeps, entry: LiveSession, host: AgentHost, how: AgentSessionHandle["how"]) {
    this.#deps = deps;
    this.#entry = entry;
    this.#host = host;
    this.how = how;
    const release = entry.child.use(entry);
    const takeBack = deps.clock.after(reservedMs, release);
    this.#endReservation = () => {
      takeBack();
      release();
    };
  }

  get agentId(): string {
    return this.#entry.agentId;
  }

  get agentSessionId(): string {
    return this.#entry.session.sessionId;
  }

  get pid(): number {
    return this.#entry.child.connection.pid;
  }

  get options(): AgentOptions {
    const { options } = this.#entry.session;
    return { ...options, models: this.#deps.effectiveModels(this.agentId, options) };
  }

  currentModelId(): string | null {
    return this.#entry.session.current.modelId;
  }

  async prompt(input: PromptRequest): Promise<Result<TurnEnd, AgentFailure>> {
    const { child, session } = this.#entry;
    const release = child.use(this.#entry);
    this.#endReservation();
    try {
      this.#touch();
      const ended = await session.prompt(input, this.#host);
      this.#touch();
      return ended.ok ? ended : this.#failed(ended.error);
    } catch (error) {
      return fail({ type: "failed", message: error instanceof Error ? error.message : String(error) });
    } finally {
      release();
    }
  }

  cancel(): Promise<void> {
    return this.#entry.session.cancel();
  }

  async kill(): Promise<void> {
    this.#killed = true;
    const { child } = this.#entry;
    if (this.#deps.sharesChild(this.#entry)) return this.#closeSession();
    const { gone } = await child.connection.stop(stopped);
    if (!gone) throw new Error(`Process ${this.pid} could not be proved to have ended`);
  }

  async endCommands({ endWithinMs, nameWithinMs }: { endWithinMs: number; nameWithinMs: number }): Promise<LeftCommands> {
    const { child, session } = this.#entry;
    const folder = this.#deps.sharesChild(this.#entry) ? session.workingCopyPath : null;
    const begun = startedWithin(child.tree, nameWithinMs, folder);
    const toEnd = begun.filter(({ ageMs }) => ageMs <= endWithinMs);
    const lived = await endStarted(toEnd);
    const ended = toEnd.filter((process) => !lived.includes(process));
    const left = begun.filter((process) => !ended.includes(process) && isSameProcess(process));
    return { ended: ended.map(nameOf), left: left.map(nameOf) };
  }

  /** Its child carries others. Where it can't say that this one has come to an end, it stays for their turns only. */
  async #closeSession(): Promise<void> {
    const { child, session } = this.#entry;
    this.#deps.forget(this.#entry);
    await session.giveUp({ ...stopped, message: "It didn't stop when it was asked to, so its session was closed" });
    const { confirmed } = await child.connection.close(session.sessionId, { keep: true });
    if (confirmed) return;
    child.retire();
    const { gone } = child.isUsed() ? { gone: false } : await child.connection.stop(stopped);
    if (!gone) throw new Error(`Session ${session.sessionId} could not be proved to have ended`);
  }

  #touch(): void {
    this.#deps.sessions.touch(this.#entry.chatId, this.agentId, this.#deps.clock.now());
  }

  #failed(error: AgentFailure): Result<never, AgentFailure> {
    this.#deps.onFailed(error);
    if (error.type !== "killed" || this.#killed) return fail(error);
    const message = `${this.#entry.child.label}'s process was stopped: ${error.message}`;
    return fail({ ...error, type: "crashed", message });
  }
}

function nameOf({ name, pid }: Started): string {
  return `${name} (${pid})`;
}
