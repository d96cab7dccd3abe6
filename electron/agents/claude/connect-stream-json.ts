import { randomUUID } from "node:crypto";
import { ok, type Result } from "../../../shared/result.ts";
import type { GivenServer } from "../../mcp/given-servers.ts";
import type { AgentFailure } from "../port.ts";
import type { AgentChild, ChildStart } from "../programs/agent-child.ts";
import { startProgram } from "../programs/child-life.ts";
import { endSilent, handshake, takenUp, type Attempt } from "./begin.ts";
import { ClaudeChild } from "./claude-child.ts";
import { Controls } from "./controls.ts";
import { Line } from "./line.ts";
import { namedValues } from "./mcp-config.ts";
import { Pipe } from "./pipe.ts";
import type { UserMessage } from "./sdk.ts";
import { StreamJsonQuery } from "./stream-json-query.ts";

/**
 * Starts a program that speaks `stream-json` by itself, for a session: `claude -p` without the adapter that brings the
 * SDK, and those that took the format over. Its arguments are the transport's, so that a further one is data.
 */
export async function connectStreamJson(start: ChildStart): Promise<Result<AgentChild, AgentFailure>> {
  return takenUp(start, (attempt) => begin(start, attempt));
}

async function begin(start: ChildStart, { resume, how }: Attempt): Promise<Result<AgentChild, AgentFailure>> {
  const { session } = start;
  const sessionId = resume ?? randomUUID();
  const { args, env, setUp } = setUpOf(start, session?.mcpServers ?? []);
  const filled = [...start.args, ...sessionArgs(start, resume), ...args].map((arg) =>
    arg.replace("{session}", sessionId).replace("{sources}", session?.trusted ? "user,project,local" : "user"),
  );
  const started = await startProgram({ ...start, args: filled, cwd: session?.cwd ?? start.cwd, env: { ...start.env, ...env } });
  if (!started.ok) return started;
  const { child, life, settled } = started.value;
  const prompts = new Pipe<UserMessage>();
  const line = new Line();
  const takesSettings = start.transport.modes === undefined;
  const query = new StreamJsonQuery({ child, prompts, setUp, takesSettings, ask: (...asked) => line.ask(...asked) });
  life.onEnd(() => prompts.end());
  void line.listen(query).then((why) => endSilent(life, why));
  const told = await handshake(query, life, start);
  settled();
  if (!told.ok) return told;
  const controls = new Controls({ query, prompts, clock: start.clock });
  return ok(new ClaudeChild({ start, life, line, controls, started: told.value, sessionId, how, spoken: "as stream-json" }));
}

function sessionArgs({ session, transport }: ChildStart, resume: string | null): readonly string[] {
  if (!session) return transport.session?.none ?? [];
  return (resume === null ? transport.session?.fresh : transport.session?.earlier) ?? [];
}

/** The longest that Qwen Code waits for an answer to a permission. */
const timeout = { canUseTool: 600_000 };

/** Servers on the command line, without the values that nobody else may read; or told with the handshake. */
function setUpOf({ transport }: ChildStart, given: readonly GivenServer[]) {
  const option = transport.session?.servers;
  if (option === undefined)
    return { args: [], env: {}, setUp: { timeout, mcpServers: Object.fromEntries(given.map(toldServer)) } };
  if (given.length === 0) return { args: [], env: {}, setUp: {} };
  const { servers, env } = namedValues(given);
  return { args: [option, JSON.stringify({ mcpServers: servers })], env, setUp: {} };
}

function toldServer({ name, entry }: GivenServer): [string, object] {
  if (entry.type === "stdio") return [name, { command: entry.command, args: entry.args, env: entry.env }];
  return [name, { ...(entry.type === "sse" ? { url: entry.url } : { httpUrl: entry.url }), headers: entry.headers }];
}
