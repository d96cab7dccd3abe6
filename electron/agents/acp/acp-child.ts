import * as acp from "@agentclientprotocol/sdk/unstable";
import type { AgentOptions } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentReport } from "../backend.ts";
import type { AgentFailure } from "../port.ts";
import type {
  AgentChild,
  ChildOutput,
  ChildStart,
  OpenedSession,
  SessionRequest,
  StoredSession,
} from "../programs/agent-child.ts";
import { openConnection, type Connection } from "./connection.ts";
import { authRequired } from "./failure.ts";
import { closeSession, forgetSession, openSession, trySession } from "./open-session.ts";
import { reportOf } from "./traits.ts";

/** The person may have to find a password and a telephone. */
const signInMs = 10 * 60_000;

export async function connectAcp(start: ChildStart): Promise<Result<AgentChild, AgentFailure>> {
  const opened = await openConnection({ ...start, initializeTimeoutMs: start.startTimeoutMs });
  return opened.ok ? ok(new AcpChild(opened.value)) : opened;
}

/** A child that speaks the Agent Client Protocol; it lives and ends as its connection does. */
class AcpChild implements AgentChild {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  get pid(): number {
    return this.#connection.pid;
  }

  get report(): AgentReport {
    return reportOf(this.#connection.traits);
  }

  ended(): AgentFailure | null {
    return this.#connection.ended();
  }

  onEnd(listener: (failure: AgentFailure) => void): () => void {
    return this.#connection.onEnd(listener);
  }

  stop(failure: AgentFailure): Promise<{ gone: boolean }> {
    return this.#connection.stop(failure);
  }

  open(request: SessionRequest, stored: StoredSession | null): Promise<Result<OpenedSession, AgentFailure>> {
    return openSession({ ...request, connection: this.#connection }, stored);
  }

  close(sessionId: string, { keep }: { keep: boolean }): Promise<{ confirmed: boolean }> {
    return keep ? closeSession(this.#connection, sessionId) : forgetSession(this.#connection, sessionId);
  }

  trySession(folder: string): Promise<Result<AgentOptions, AgentFailure>> {
    return trySession(this.#connection, folder);
  }

  async signIn(methodId: string): Promise<Result<null, AgentFailure>> {
    const answer = await this.#connection.call("Signing in", signInMs, (agent) =>
      agent.request(acp.methods.agent.authenticate, { methodId }),
    );
    if (answer.ok) return ok(null);
    return fail(answer.error.type === "failed" ? { ...answer.error, type: "signed-out" } : answer.error);
  }

  doubtsSignIn({ diagnostics }: AgentFailure): boolean {
    return diagnostics?.["code"] === authRequired;
  }

  output(): ChildOutput {
    const report = this.#connection.report();
    return {
      stderr: report.stderr,
      unfinishedLine: report.unfinishedLine,
      strays: report.strayExamples,
      counts: [
        `lines on stdout that aren't protocol: ${report.strayLines}`,
        `updates not understood: ${report.unknownUpdates}, late: ${report.lateUpdates}, of no session: ${report.orphanUpdates}`,
        `answers to nothing: ${report.unknownResponses}, requests refused: ${report.refusedRequests}`,
      ],
    };
  }
}
