import type { McpFound } from "../../../shared/contract/mcp.ts";
import { CliFailure } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { findProject } from "./find.ts";
import { answer } from "./mcp.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

export type ImportOptions = { from?: string; as?: string; project?: string; json?: boolean };

/** Lists what other programs have, or brings one of it in. */
export async function importServer(
  rpc: HearthClient,
  io: CommandTerminal,
  name: string | undefined,
  { from, as, project, json }: ImportOptions,
): Promise<void> {
  const where = project === undefined ? {} : { projectId: (await findProject(rpc, project)).id };
  const { found, problems } = await rpc.mcp.findOthers(where);
  const fitting = found.filter((one) => from === undefined || isOf(one, from));
  for (const { path, message } of problems) io.note(oneLine(`${path}: ${message}`, 500));
  if (name === undefined) return listFound(io, fitting, json);
  const chosen = chooseFound(fitting, name);
  const { path, hash } = chosen;
  const list = await rpc.mcp.import({ path, name, hash, ...where, ...(as === undefined ? {} : { as }) });
  answer(io, list, as ?? name, { json: json ?? false });
  io.note(`Agents get it after: hearth mcp enable ${oneLine(as ?? name)}`);
}

function listFound(io: CommandTerminal, found: readonly McpFound[], json: boolean | undefined): void {
  if (json) return io.json(found);
  const rows = found.map(({ name, owner, what, problem, isListed }) => [
    `${isListed ? "✓" : problem === null ? " " : "✗"} ${oneLine(name)}`,
    owner,
    oneLine(problem ?? what, 500),
  ]);
  for (const line of table(rows)) io.line(line);
  if (found.length === 0) io.note("No other program here has a server.");
}

function chooseFound(found: readonly McpFound[], name: string): McpFound {
  const [only, ...more] = found.filter((one) => one.name === name);
  if (!only)
    throw new CliFailure("MCP_SERVER_NOT_FOUND", `No other program has an MCP server ${name}. hearth mcp import lists them.`);
  if (more.length > 0)
    throw new CliFailure(
      "INPUT_INVALID",
      `from: More than one has ${name}: ${[only, ...more].map(({ path }) => path).join(", ")}`,
    );
  if (only.problem !== null) throw new CliFailure("INPUT_INVALID", `${name}: ${only.problem}`);
  return only;
}

function isOf({ owner, path }: McpFound, from: string): boolean {
  return path === from || owner.toLowerCase().startsWith(from.toLowerCase());
}
