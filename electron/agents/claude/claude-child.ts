import type { AgentOptions } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentReport } from "../backend.ts";
import { optionsOf } from "../acp/session-state.ts";
import type { AgentFailure } from "../port.ts";
import type {
  AgentChild,
  ChildOutput,
  ChildStart,
  OpenedSession,
  SessionRequest,
  StoredSession,
} from "../programs/agent-child.ts";
import type { ChildLife } from "../programs/child-life.ts";
import { choicesOf, currentFor } from "../programs/offers.ts";
import type { Controls } from "./controls.ts";
import type { Line } from "./line.ts";
import type { Started } from "./offers.ts";
import { ClaudeSession } from "./session.ts";

export type ClaudeParts = {
  start: ChildStart;
  life: ChildLife;
  line: Line;
  controls: Controls;
  started: Started;
  sessionId: string;
  how: OpenedSession["how"];
  /** By which way it is spoken with, in words. */
  spoken: string;
};

/** One `claude`, with the one session that it was started for, until it is proved gone. */
export class ClaudeChild implements AgentChild {
  readonly #parts: ClaudeParts;

  constructor(parts: ClaudeParts) {
    this.#parts = parts;
  }

  get pid(): number {
    return this.#parts.life.pid;
  }

  get report(): AgentReport {
    const { version, images } = this.#parts.started;
    const details = [`${version ?? "A version that it doesn't tell"}, ${this.#parts.spoken}`];
    return {
      version,
      capabilities: { resume: true, replay: false, images, mcp: true, details, signIn: [], signedInBy: null },
    };
  }

  ended(): AgentFailure | null {
    return this.#parts.life.ended();
  }

  onEnd(listener: (failure: AgentFailure) => void): () => void {
    return this.#parts.life.onEnd(listener);
  }

  stop(failure: AgentFailure): Promise<{ gone: boolean }> {
    return this.#parts.life.stop(failure);
  }

  async open(request: SessionRequest, _stored: StoredSession | null): Promise<Result<OpenedSession, AgentFailure>> {
    const { life, how, sessionId, started, line, controls, start } = this.#parts;
    const ended = life.ended();
    if (ended) return fail(ended);
    if (!started.signedIn) return fail(signedOut);
    if (!start.session) return fail(carriesOne);
    const openedWith = how === "resumed" ? request.openedWith : null;
    const resumed = how === "resumed";
    const { secretForms } = start;
    const ways = { ...request.ways, usage: start.transport.usage ?? request.ways.usage };
    const session = new ClaudeSession({
      ...request,
      ways,
      openedWith,
      sessionId,
      started,
      line,
      life,
      controls,
      secretForms,
      resumed,
    });
    return ok({ session, how });
  }

  /** The session ends with its process, and not before. */
  async close(): Promise<{ confirmed: boolean }> {
    return { confirmed: false };
  }

  async trySession(): Promise<Result<AgentOptions, AgentFailure>> {
    const { offers, signedIn } = this.#parts.started;
    if (!signedIn) return fail(signedOut);
    const defaults = currentFor(offers, null);
    return ok({ ...optionsOf({ ...choicesOf(offers, defaults), commands: offers.commands }), defaults });
  }

  async signIn(): Promise<Result<null, AgentFailure>> {
    return fail({ type: "unsupported", message: "It is signed in to by its own program, in a terminal" });
  }

  doubtsSignIn({ diagnostics }: AgentFailure): boolean {
    return diagnostics?.["error"] === "authentication_failed";
  }

  output(): ChildOutput {
    const { heard, unknown } = this.#parts.line.counts;
    const counts = [`messages: ${heard}, of other kinds than are known: ${unknown}`];
    return { stderr: this.#parts.life.stderr(50), unfinishedLine: null, strays: [], counts };
  }
}

/** Started for the sessions of many, by another way of speaking that it turned out not to understand. */
const carriesOne: AgentFailure = {
  type: "unsupported",
  message: 'Spoken with this way it has one session for each process: say "shares": false of it in agents.json',
};
const signedOut: AgentFailure = { type: "signed-out", message: "Nobody is signed in to Claude Code, and no key is set" };
