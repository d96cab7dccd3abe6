import type { McpList, McpServer, McpSwitch, McpTool } from "../../../shared/contract/mcp.ts";
import { concernsOf } from "../../../shared/mcp-words.ts";
import { CliFailure, type ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { findProject, findSession } from "./find.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

type Json = { json?: boolean };
export type WhereOptions = Json & { project?: string; session?: string };
export type EnableOptions = WhereOptions & { yes?: boolean };

export async function listServers(rpc: HearthClient, io: CommandTerminal, { json }: Json): Promise<void> {
  const list = await rpc.mcp.list();
  if (json) return io.json(list);
  for (const line of table(list.servers.map(serverRow))) io.line(line);
  for (const server of list.servers)
    for (const concern of concernsOf(server)) io.note(oneLine(`${server.name}: ${concern}`, 500));
  for (const { field, line, message } of list.problems)
    io.note(oneLine(`${list.path}${line === null ? "" : `:${line}`}: ${field}: ${message}`, 500));
  if (list.servers.length === 0) io.note("No MCP servers yet. hearth mcp add NAME -- COMMAND adds one.");
}

/** Shows what would run, and lets agents have it. */
export async function enableServer(
  rpc: HearthClient,
  io: CommandTerminal,
  name: string,
  { yes, json, ...where }: EnableOptions,
): Promise<void> {
  const server = serverOf(await rpc.mcp.list(), name);
  const place = await placeOf(rpc, where);
  if (place) {
    const list = await rpc.mcp.switch({ name, ...place, on: true });
    answer(io, list, name, { json: json ?? false });
    if (server.state !== "on") io.note(`Nobody gets it before: hearth mcp enable ${oneLine(name)}`);
    return;
  }
  if (!yes) await confirm(io, server);
  const { hash, told } = server;
  answer(io, await rpc.mcp.approve({ name, hash, ...(told ? { toolsHash: told.toolsHash } : {}) }), name, { json });
}

export async function disableServer(rpc: HearthClient, io: CommandTerminal, name: string, options: WhereOptions): Promise<void> {
  const place = await placeOf(rpc, options);
  answer(io, place ? await rpc.mcp.switch({ name, ...place, on: false }) : await rpc.mcp.withdraw({ name }), name, options);
}

async function placeOf(
  rpc: HearthClient,
  { project, session }: WhereOptions,
): Promise<{ scope: "project" | "session"; id: string } | null> {
  if (project !== undefined && session !== undefined)
    throw new CliFailure("INPUT_INVALID", "session: Name a project or a session, not both.");
  if (project !== undefined) return { scope: "project", id: (await findProject(rpc, project)).id };
  return session === undefined ? null : { scope: "session", id: (await findSession(rpc, session)).id };
}

export async function removeServer(rpc: HearthClient, io: CommandTerminal, name: string, { json }: Json): Promise<void> {
  const list = await rpc.mcp.remove({ name });
  if (json) io.json(list);
  else io.line(`${oneLine(name)} is taken out of ${list.path}.`);
}

/** Asks it for its tools; tells what it said, or why it can't be asked. */
export async function checkServer(rpc: HearthClient, io: CommandTerminal, name: string, { json }: Json): Promise<ExitCode> {
  const server = serverOf(await rpc.mcp.check({ name }), name);
  const { told } = server;
  if (json) io.json(server);
  else if (told?.problem === null) {
    io.line(`✓ ${oneLine(told.title ?? name)}`);
    const rows = told.tools.map((tool) => [`  ${toolMarks[tool.state]} ${oneLine(tool.name)}`, oneLine(tool.description)]);
    for (const line of table(rows)) io.line(line);
    if (told.instructions) io.line(`  ${toolMarks[told.instructions.state]} ${oneLine(told.instructions.text, 2000)}`);
    if ([...told.tools, ...(told.instructions ? [told.instructions] : [])].some(({ state }) => state !== "approved"))
      io.note("What is marked came or changed since it was approved: no agent gets it until hearth mcp enable says so.");
  } else io.line(`✗ ${oneLine(told?.problem ?? "It wasn't asked", 1000)}`);
  return told?.problem === null ? 0 : 1;
}

const toolMarks: Record<McpTool["state"], string> = { approved: " ", new: "+", changed: "!" };

export function answer(io: CommandTerminal, list: McpList, name: string, { json }: Json): void {
  const server = serverOf(list, name);
  if (json) return io.json(server);
  for (const line of table([serverRow(server)])) io.line(line);
  for (const concern of concernsOf(server)) io.note(oneLine(concern, 500));
}

function serverOf({ servers }: McpList, name: string): McpServer {
  const found = servers.find((server) => server.name === name);
  if (found) return found;
  throw new CliFailure("MCP_SERVER_NOT_FOUND", `There is no MCP server ${name}. \`hearth mcp list\` lists them.`);
}

async function confirm(io: CommandTerminal, server: McpServer): Promise<void> {
  io.note(oneLine(server.what, 2000));
  if (server.sets.length > 0) io.note(`Sets ${oneLine(server.sets.join(", "), 500)}`);
  if (server.was !== null) io.note(`Approved was: ${oneLine(server.was, 2000)}`);
  for (const concern of concernsOf(server)) io.note(oneLine(concern, 500));
  const { tools = [], instructions = null } = server.told ?? {};
  if (instructions && instructions.state !== "approved")
    io.note(`${instructions.state} words on how to use it: ${oneLine(instructions.text, 32_000)}`);
  for (const { name, state, description, more } of tools)
    if (state !== "approved") io.note(`${state} tool ${oneLine(name)}: ${oneLine(description, 32_000)} ${oneLine(more, 32_000)}`);
  if (!io.interactive) throw new CliFailure("INPUT_INVALID", "Say --yes to let agents have it as it is.");
  const said = await io.ask("Let agents have it? [y/N] ");
  if (!/^y(es)?$/i.test(said?.trim() ?? "")) throw new CliFailure("CANCELLED", "Nothing was changed.", 130);
}

const marks: Record<McpServer["state"], string> = { on: "✓", off: "–", changed: "!" };

function serverRow({ name, state, type, what, switches }: McpServer): string[] {
  return [`${marks[state]} ${oneLine(name)}`, state, type, oneLine(what, 500), switches.map(switchText).join(", ")];
}

function switchText({ scope, id, on }: McpSwitch): string {
  return `${on ? "on" : "off"} in ${scope === "all" ? "general" : `${scope} ${id}`}`;
}
