import * as acp from "@agentclientprotocol/sdk/unstable";
import type { AgentOptions } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../port.ts";
import { forAcp } from "./mcp-servers.ts";
import type { GivenServer } from "../../mcp/given-servers.ts";
import type { OpenedSession, StoredSession } from "../programs/agent-child.ts";
import type { AgentCallFailure, Connection } from "./connection.ts";
import { authRequired } from "./failure.ts";
import { AcpSession, type AcpSessionDeps } from "./session.ts";
import { optionsOf, readState } from "./session-state.ts";
import { cancelled } from "../programs/or-cancelled.ts";
import { currentOf } from "../programs/wanted-choice.ts";

const timeoutMs = 120_000;

type Parts = Omit<AcpSessionDeps, "sessionId"> & { mcpServers: readonly GivenServer[]; signal: AbortSignal };

/**
 * The agent's stored session again, by resume or load as it can and keeps its memory; a new one where there is none, or where the
 * agent has lost it, which is said (`memory-lost`). A crash or a timeout on the way is a failure, never a new session.
 */
export async function openSession(parts: Parts, stored: StoredSession | null): Promise<Result<OpenedSession, AgentFailure>> {
  const { traits } = parts.connection;
  if (stored) {
    for (const way of parts.ways.restore) {
      if (!traits[way]) continue;
      const restored = await restore(parts, stored, way === "resume" ? "resumed" : "replayed");
      if (restored.ok || !isLost(restored.error)) return restored;
    }
  }
  return begin(parts, stored?.used ? "memory-lost" : "new");
}

/** The agent answered that it can't; anything else, and that somebody must sign in first, says nothing about the session. */
function isLost(error: AgentCallFailure): boolean {
  return error.type === "failed" && error.code !== undefined && error.code !== authRequired;
}

async function restore(
  parts: Parts,
  { id: sessionId, used }: StoredSession,
  how: "resumed" | "replayed",
): Promise<Result<OpenedSession, AgentCallFailure>> {
  const { session: methods } = acp.methods.agent;
  const mcpServers = await forAcp(parts.mcpServers, parts.connection.traits.mcp);
  // What it would lack now nobody has been told of.
  if (parts.signal.aborted) return fail(cancelled);
  const session = new AcpSession({ ...parts, sessionId });
  const request = { sessionId, cwd: parts.cwd, mcpServers };
  const answer = await signedIn<unknown>(parts.connection, () =>
    parts.connection.call(how === "resumed" ? "Resuming the session" : "Loading the session", timeoutMs, (agent) =>
      how === "resumed" ? agent.request(methods.resume, request) : agent.request(methods.load, request),
    ),
  );
  if (!answer.ok) {
    session.detach();
    return fail(answer.error);
  }
  session.opened(answer.value, true);
  if (how === "resumed") return ok({ session, how });
  const hasHistory = await session.historyTold();
  // One that says it has loaded a conversation and repeats nothing of it has none.
  return ok(used && !hasHistory ? { session, how: "memory-lost", loadsNothing: true } : { session, how });
}

function begin(parts: Parts, how: "new" | "memory-lost"): Promise<Result<OpenedSession, AgentFailure>> {
  return parts.connection.whileOpening(async () => {
    const mcpServers = await forAcp(parts.mcpServers, parts.connection.traits.mcp);
    if (parts.signal.aborted) return fail(cancelled);
    const answer = await callNew(parts.connection, parts.cwd, mcpServers);
    if (!answer.ok) return answer;
    const { sessionId } = answer.value;
    if (typeof sessionId !== "string" || sessionId === "")
      return fail({ type: "protocol", message: "The agent gave its session no id" });
    const session = new AcpSession({ ...parts, sessionId });
    session.opened(answer.value, false);
    return ok({ session, how });
  });
}

/** The call, and once more after the person's way to sign in was said to an agent that wants to hear it in each process. */
async function signedIn<T>(
  connection: Connection,
  call: () => Promise<Result<T, AgentCallFailure>>,
): Promise<Result<T, AgentCallFailure>> {
  const first = await call();
  if (first.ok || first.error.code !== authRequired) return first;
  const methodId = connection.takeSignIn();
  if (methodId === null) return first;
  const told = await connection.call("Signing in", timeoutMs, (agent) =>
    agent.request(acp.methods.agent.authenticate, { methodId }),
  );
  return told.ok ? call() : first;
}

/** The one call whose "sign in first" is taken for what it says. */
async function callNew(
  connection: Connection,
  cwd: string,
  mcpServers: acp.McpServer[],
): Promise<Result<acp.NewSessionResponse, AgentCallFailure>> {
  const answer = await signedIn(connection, () =>
    connection.call("Starting a session", timeoutMs, (agent) =>
      agent.request(acp.methods.agent.session.new, { cwd, mcpServers }),
    ),
  );
  return !answer.ok && answer.error.code === authRequired ? fail({ ...answer.error, type: "signed-out" }) : answer;
}

/** Begins a session for nobody, and ends it: whether the agent would, and what it offers. */
export async function trySession(connection: Connection, cwd: string): Promise<Result<AgentOptions, AgentFailure>> {
  const answer = await callNew(connection, cwd, []);
  if (!answer.ok) return answer;
  const state = readState(answer.value);
  await forgetSession(connection, answer.value.sessionId);
  return ok({ ...optionsOf(state), defaults: currentOf(state) });
}

/** The session leaves nothing behind where the agent can forget it. */
export async function forgetSession(connection: Connection, sessionId: string): Promise<{ confirmed: boolean }> {
  const closed = await closeSession(connection, sessionId);
  if (!connection.traits.delete || connection.ended()) return closed;
  await connection.call("Deleting the session", 5000, (agent) => agent.request(acp.methods.agent.session.delete, { sessionId }));
  return closed;
}

/** Tells the agent that the session is over, where it wants to know; its memory stays. */
export async function closeSession(connection: Connection, sessionId: string): Promise<{ confirmed: boolean }> {
  if (connection.ended()) return { confirmed: true };
  if (!connection.traits.close) return { confirmed: false };
  const closed = await connection.call("Closing the session", 5000, (agent) =>
    agent.request(acp.methods.agent.session.close, { sessionId }),
  );
  return { confirmed: closed.ok };
}
