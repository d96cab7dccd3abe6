import { fail, ok, type Result } from "../../../shared/result.ts";
import { SecretStream } from "../../lib/known-secrets.ts";
import { startChild, type Child, type Exit, type SpawnFailure } from "../../lib/process.ts";
import { Tail } from "../../lib/tail.ts";
import type { AgentFailure } from "../port.ts";
import type { ChildStart } from "./agent-child.ts";

const deathGraceMs = 200;

/**
 * Starts the program; whoever speaks with it does so over `child`, and hears of its end from its `ChildLife`. It ends
 * with the signal until it is `settled` that it stays.
 */
export async function startProgram(
  start: Omit<
    ChildStart,
    "clock" | "label" | "secrets" | "secretUser" | "startTimeoutMs" | "offers" | "adapts" | "session" | "signedInBy" | "transport"
  >,
): Promise<Result<{ child: Child; life: ChildLife; settled: () => void }, AgentFailure>> {
  const started = await startChild(start);
  if (!started.ok) return fail(startFailure(started.error));
  const child = started.value;
  start.onStarted(child.identity);
  const life = new ChildLife(child, start);
  const aborted = (): void => void life.stop({ type: "cancelled", message: "No longer wanted" });
  start.signal.addEventListener("abort", aborted, { once: true });
  if (start.signal.aborted) aborted();
  return ok({ child, life, settled: () => start.signal.removeEventListener("abort", aborted) });
}

/** One child process from its spawn until it is proved gone. However it ends, each listener is told once. */
export class ChildLife {
  readonly #child: Child;
  readonly #onGone: ChildStart["onGone"];
  readonly #stderr = new Tail();
  readonly #listeners = new Set<(failure: AgentFailure) => void>();
  #ended: AgentFailure | null = null;
  #stopping: Promise<{ gone: boolean }> | null = null;

  constructor(child: Child, { secretForms, onGone }: Pick<ChildStart, "secretForms" | "onGone">) {
    this.#child = child;
    this.#onGone = onGone;
    const errors = new SecretStream(secretForms);
    child.stderr.on("data", (chunk: Buffer) => this.#stderr.push(errors.push(chunk.toString("utf8"))));
    child.stderr.on("end", () => this.#stderr.push(errors.rest()));
    // The leader's end leaves descendants behind at times: `stop` sweeps the group in any case.
    void child.exited.then((exit) => this.stop(exitFailure(exit, this.#stderr)));
  }

  get pid(): number {
    return this.#child.pid;
  }

  /** Set once it has ended or is being stopped. */
  ended(): AgentFailure | null {
    return this.#ended;
  }

  /** Called once when it ends; at once if it has. Returns what takes it back: a child outlives its sessions. */
  onEnd(listener: (failure: AgentFailure) => void): () => void {
    if (this.#ended) listener(this.#ended);
    else this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Kills the group; `gone` tells whether it could be proved to have ended. */
  stop(failure: AgentFailure): Promise<{ gone: boolean }> {
    if (!this.#ended) {
      this.#ended = failure;
      const listeners = [...this.#listeners];
      this.#listeners.clear();
      for (const listener of listeners) listener(failure);
    }
    this.#stopping ??= this.#child.stop().then(({ gone }) => {
      if (gone) this.#onGone(this.#child.identity);
      return { gone };
    });
    return this.#stopping;
  }

  /** Why it ends, where it is dead or dies within a moment; null where it lives on. */
  async deathAtHand(): Promise<AgentFailure | null> {
    // A child's end and what its descendants still say reach this process in either order.
    const { promise: waited, resolve } = Promise.withResolvers<void>();
    const timer = setTimeout(resolve, deathGraceMs);
    await Promise.race([this.#child.exited, waited]);
    clearTimeout(timer);
    return this.#child.isRunning() ? null : new Promise((tell) => this.onEnd(tell));
  }

  /** The last lines of its stderr, without its secrets. */
  stderr(count: number): string[] {
    return this.#stderr.lines(count);
  }
}

function exitFailure(exit: Exit, stderr: Tail): AgentFailure {
  const how = exit.signal ? `was ended by ${exit.signal}` : `ended by itself with code ${exit.code ?? "unknown"}`;
  const last = stderr.lines(1)[0];
  const message = `The agent's process ${how}${last ? `. Its last words: ${last.slice(0, 300)}` : ""}`;
  return { type: "crashed", message, diagnostics: { exitCode: exit.code, signal: exit.signal, stderr: stderr.lines(20) } };
}

function startFailure(error: SpawnFailure): AgentFailure {
  if (error.type === "cancelled") return { type: "cancelled", message: error.message };
  const type = error.type === "not-found" || error.type === "not-executable" ? "unavailable" : "start-failed";
  return { type, message: error.message, diagnostics: { spawn: error.type } };
}
