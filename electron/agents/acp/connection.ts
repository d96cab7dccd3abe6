import * as acp from "@agentclientprotocol/sdk/unstable";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Child } from "../../lib/process.ts";
import type { ProcessIdentity } from "../../lib/process-tree.ts";
import { maskForms } from "../../lib/known-secrets.ts";
import type { ClientOffers } from "../definition.ts";
import type { AgentFailure } from "../port.ts";
import { startProgram, type ChildLife } from "../programs/child-life.ts";
import { clientApp, type SessionClient } from "./client-app.ts";
import { failureOf } from "./failure.ts";
import { noTraits, readTraits, type AgentTraits } from "./traits.ts";
import { SessionRoutes } from "./session-routes.ts";
import { defaultWireLimits, Wire, type WireLimits, type WireReport } from "./wire.ts";

/** `code`: the agent's own error code, where it answered. */
export type AgentCallFailure = AgentFailure & { code?: number };

export type ConnectionReport = WireReport & SessionRoutes["counts"] & { stderr: string[] };

export type ConnectionOptions = {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Record<string, string>;
  /** Secrets of its environment, in all their forms, that nothing which it says may carry on. */
  secretForms: readonly string[];
  offers: ClientOffers;
  /** The agent's own way by which the person signed in here, for one that wants to hear it in each process. */
  signedInBy: string | null;
  tag: string;
  initializeTimeoutMs: number;
  limits?: Partial<WireLimits>;
  /** Before the child is used, and when it is proved gone. */
  onStarted(identity: ProcessIdentity): void;
  onGone(identity: ProcessIdentity): void;
  signal: AbortSignal;
};

const muteGraceMs = 1000;

/** A failure carries the child's last words where there was one. */
export async function openConnection(options: ConnectionOptions): Promise<Result<Connection, AgentFailure>> {
  const started = await startProgram(options);
  if (!started.ok) return started;
  const { child, life, settled } = started.value;
  const connection = new Connection(child, life, options);
  const answer = await initialize(connection, options);
  settled();
  if (answer.ok) {
    Object.assign(connection.traits, answer.value);
    return ok(connection);
  }
  const { stderr, strayLines, strayExamples } = connection.report();
  await connection.stop(answer.error);
  const stray =
    strayLines > 0 ? ` It printed ${strayLines} lines that aren't protocol messages, the first: ${strayExamples[0]}` : "";
  return fail({
    ...answer.error,
    message: answer.error.message + stray,
    diagnostics: { ...answer.error.diagnostics, stderr: stderr.slice(-20) },
  });
}

async function initialize(
  connection: Connection,
  { initializeTimeoutMs, offers }: ConnectionOptions,
): Promise<Result<AgentTraits, AgentFailure>> {
  const answer = await connection.call("Initialize", initializeTimeoutMs, (agent) =>
    agent.request(acp.methods.agent.initialize, {
      protocolVersion: acp.PROTOCOL_VERSION,
      clientInfo: { name: "hearth", title: "Hearth", version: "1" },
      clientCapabilities: {
        fs: { readTextFile: offers.readTextFile, writeTextFile: offers.writeTextFile },
        terminal: offers.terminal,
        // Without it some agents list no way to sign in at all.
        auth: { terminal: true },
        elicitation: { form: {} },
        session: { configOptions: { boolean: {} } },
      },
    }),
  );
  if (!answer.ok) {
    const { code: _code, ...failure } = answer.error;
    return fail(failure);
  }
  return readTraits(answer.value);
}

/**
 * One child that speaks ACP, from its spawn until it is proved gone. It may carry many sessions; each attaches for its
 * updates and requests. However it ends, each session is told once.
 */
export class Connection {
  readonly traits: AgentTraits = { ...noTraits };
  readonly #life: ChildLife;
  readonly #options: ConnectionOptions;
  readonly #routes = new SessionRoutes();
  readonly #wire: Wire;
  readonly #sdk: acp.ClientConnection;
  #signIn: string | null;

  constructor(child: Child, life: ChildLife, options: ConnectionOptions) {
    this.#life = life;
    this.#options = options;
    this.#signIn = options.signedInBy;
    this.#wire = new Wire({
      child,
      routes: this.#routes,
      listener: {
        onBroken: (reason) => this.#break(reason),
        // An exit follows by itself; a child that stays without its output is as good as dead.
        onOutputEnd: () =>
          void setTimeout(
            () => child.isRunning() && this.#break("it closed its output and went on running"),
            muteGraceMs,
          ).unref(),
      },
      limits: { ...defaultWireLimits, ...options.limits },
      mask: (line) => maskForms(line, options.secretForms),
    });
    this.#sdk = clientApp((sessionId) => this.#routes.find(sessionId)).connect(this.#wire.stream);
    life.onEnd((failure) => this.#sdk.close(new Error(failure.message)));
  }

  /** The secrets of its child, in all their forms. */
  get secretForms(): readonly string[] {
    return this.#options.secretForms;
  }

  /** At most once: to say it again to one that refuses all the same would help nobody. */
  takeSignIn(): string | null {
    const method = this.#signIn;
    this.#signIn = null;
    return method;
  }

  get pid(): number {
    return this.#life.pid;
  }

  /** Set once it has ended or is being stopped. */
  ended(): AgentFailure | null {
    return this.#life.ended();
  }

  /** Called once when it ends; at once if it has. */
  onEnd(listener: (failure: AgentFailure) => void): () => void {
    return this.#life.onEnd(listener);
  }

  /** Routes a session's updates and requests; returns a function that ends it. */
  attach(sessionId: string, session: SessionClient): () => void {
    return this.#routes.attach(sessionId, session);
  }

  /** Does what may make a session: updates that come before its id is known are kept until `attach`. */
  whileOpening<T>(work: () => Promise<T>): Promise<T> {
    return this.#routes.whileOpening(work);
  }

  /** A request with a time limit (0: none); every way to fail is a value. */
  async call<T>(
    doing: string,
    timeoutMs: number,
    request: (agent: acp.ClientContext) => Promise<T>,
  ): Promise<Result<T, AgentCallFailure>> {
    const before = this.ended();
    if (before) return fail(before);
    try {
      const answer = request(this.#sdk.agent);
      return ok(await (timeoutMs === 0 ? answer : withTimeout(answer, timeoutMs)));
    } catch (error) {
      const ended = this.ended();
      if (ended) return fail(ended);
      if (error instanceof NoAnswer)
        return fail({ type: "handshake-timeout", message: `${doing} got no answer in ${timeoutMs / 1000} s` });
      return fail({ ...failureOf(error, doing), ...(error instanceof acp.RequestError ? { code: error.code } : {}) });
    }
  }

  /** Why it ends, where its child is dead or dies within a moment; null where it lives on. */
  deathAtHand(): Promise<AgentFailure | null> {
    return this.#life.deathAtHand();
  }

  /** Kills the group; `gone` tells whether it could be proved to have ended. */
  stop(failure: AgentFailure): Promise<{ gone: boolean }> {
    return this.#life.stop(failure);
  }

  report(): ConnectionReport {
    return { ...this.#wire.report, ...this.#routes.counts, stderr: this.#life.stderr(50) };
  }

  #break(reason: string): void {
    void this.stop({ type: "protocol", message: `The agent broke the protocol: ${reason}` });
  }
}

class NoAnswer extends Error {}

async function withTimeout<T>(work: Promise<T>, ms: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => (timer = setTimeout(() => reject(new NoAnswer()), ms)));
  return Promise.race([work, late]).finally(() => clearTimeout(timer));
}
