import type { Terminal } from "../../../shared/contract/terminals.ts";
import { evidenceText, tuiWords } from "../../../shared/tui-words.ts";
import { CliFailure } from "./cli-failure.ts";
import type { CoreConnection, HearthClient } from "./connect.ts";
import { findSession } from "./find.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

export type TerminalOptions = { agent?: string; resume?: string; json?: boolean };

/** Lists terminals, of a session or of all; with an agent, starts its own program in one. */
export async function terminals(
  { rpc, host }: Pick<CoreConnection, "rpc" | "host">,
  io: CommandTerminal,
  wanted: string | undefined,
  options: TerminalOptions,
): Promise<void> {
  if (options.agent === undefined) return list(rpc, io, wanted, options);
  if (wanted === undefined)
    throw new CliFailure("INPUT_INVALID", "session: Name the session that it is to work in. `hearth ls` lists them.");
  // A terminal ends with its core, and nobody could look at it in this command's own.
  if (!host)
    throw new CliFailure("NO_HOST", "A terminal needs a Hearth that stays: start the app or `hearth serve`, and try again.", 1);
  const { id: sessionId } = await findSession(rpc, wanted);
  const resumes = options.resume === undefined ? {} : { resumes: options.resume };
  const terminal = await rpc.terminals.openAgent({ sessionId, agentId: options.agent, cols: 100, rows: 30, ...resumes });
  if (options.json) return io.json(terminal);
  io.line(terminal.id);
  io.note(`${oneLine(terminal.title)} runs in a terminal of ${oneLine(terminal.cwd)}. \`hearth open\` shows it.`);
}

async function list(
  rpc: HearthClient,
  io: CommandTerminal,
  wanted: string | undefined,
  { json }: TerminalOptions,
): Promise<void> {
  const ids = wanted === undefined ? await allSessions(rpc) : [(await findSession(rpc, wanted)).id];
  const found = (await Promise.all(ids.map((sessionId) => rpc.terminals.list({ sessionId })))).flat();
  if (json) return io.json(found);
  if (found.length === 0) return io.note("There are no terminals.");
  for (const line of table(found.map(row))) io.line(line);
}

async function allSessions(rpc: HearthClient): Promise<string[]> {
  const projects = await rpc.projects.list();
  const lists = await Promise.all(projects.map(({ id }) => rpc.sessions.list({ projectId: id, status: "open" })));
  return lists.flat().map(({ id }) => id);
}

function row({ id, sessionId, title, status, exitCode, agent }: Terminal): string[] {
  const stands = status === "exited" ? "ended" : agent ? tuiWords[agent.state] : "running";
  const why = status === "exited" ? `exit code ${exitCode ?? "unknown"}` : agent ? evidenceText(agent.evidence) : "";
  return [id, sessionId, agent?.id ?? "–", stands, oneLine(title, 40), oneLine(why)];
}
