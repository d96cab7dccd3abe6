import type { Agent } from "../../../shared/contract/agents.ts";
import type { SystemInfo } from "../../../shared/contract/system.ts";
import type { Folders } from "../folders.ts";
import { shelvesOf } from "../../../shared/agent-shelves.ts";
import { agentRow } from "./agents.ts";
import { toCliFailure, type ExitCode } from "./cli-failure.ts";
import type { CoreConnection } from "./connect.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

/** What is wrong in a file of the person's own; it is left out until it is mended. */
type Problem = { file: string; message: string };
type Findings = { info: SystemInfo; agents: Agent[]; problems: Problem[]; running: { url: string; pid: number } | null };

/** How Hearth stands on this machine: what it runs on, where things lie, which agents can be used and why others can't. */
export async function doctor(
  io: CommandTerminal,
  folders: Folders,
  connect: () => Promise<CoreConnection>,
  options: { json?: boolean },
): Promise<ExitCode> {
  const base = { node: process.versions.node, platform: `${process.platform} ${process.arch}`, ...folders };
  let findings: Findings;
  try {
    findings = await examine(await connect());
  } catch (error) {
    const { code, message } = toCliFailure(error);
    if (options.json) io.json({ ...base, ok: false, error: { code, message } });
    else printRows(io, [...Object.entries(base), ["core", `✗ ${oneLine(message, 1000)}`]]);
    return 1;
  }
  const { info, agents, problems, running } = findings;
  const usable = agents.some((agent) => agent.status === "ready");
  const well = info.warnings.length === 0 && problems.length === 0 && usable;
  if (options.json) {
    io.json({ ...base, ok: well, info, agents, problems, running });
    return well ? 0 : 1;
  }
  printRows(io, [
    ["hearth", info.version],
    ...Object.entries(base),
    ["git", info.gitVersion ?? "✗ not found"],
    ["running", running ? `${running.url} (pid ${running.pid})` : "no; opened for this command"],
  ]);
  io.line();
  io.line(io.bold("Agents"));
  const { here, known } = shelvesOf(agents);
  for (const line of table([...here, ...known].map(agentRow))) io.line(line);
  for (const { file, message } of problems) io.line(`! ${oneLine(file, 500)}: ${oneLine(message, 1000)}`);
  for (const warning of info.warnings) io.line(`! ${oneLine(warning, 1000)}`);
  return well ? 0 : 1;
}

async function examine(connection: CoreConnection): Promise<Findings> {
  const { rpc, host } = connection;
  try {
    const [info, agents, config, settings] = await Promise.all([
      rpc.system.info(),
      rpc.agents.refresh({}),
      rpc.agents.config(),
      rpc.settings.get(),
    ]);
    const problems = [
      ...config.problems.map(({ line, entry, message }) => ({
        file: line === null ? config.path : `${config.path}:${line}`,
        message: named(entry, message),
      })),
      ...settings.problems.map(({ line, field, message }) => ({
        file: line === null ? settings.path : `${settings.path}:${line}`,
        message: named(field, message),
      })),
    ];
    return { info, agents, problems, running: host && { url: host.url, pid: host.pid } };
  } finally {
    await connection.close();
  }
}

function named(what: string | null, message: string): string {
  return what ? `${what}: ${message}` : message;
}

function printRows(io: CommandTerminal, rows: [string, string][]): void {
  for (const line of table(rows)) io.line(line);
}
