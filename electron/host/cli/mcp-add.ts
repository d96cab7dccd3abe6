import type { McpList } from "../../../shared/contract/mcp.ts";
import type { WantedMcpEntry, WantedValue } from "../../../shared/mcp-entry.ts";
import { CliFailure } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { answer } from "./mcp.ts";
import type { CommandTerminal } from "./terminal.ts";

export type AddOptions = {
  url?: string;
  sse?: boolean;
  shared?: boolean;
  env: string[];
  header: string[];
  secret: string[];
  enable?: boolean;
  json?: boolean;
};
type Deps = { rpc: HearthClient; io: CommandTerminal; env: Readonly<Record<string, string | undefined>> };

/** Writes a server into the list, and lets agents have it where that is asked for. */
export async function addServer({ rpc, io, env }: Deps, name: string, command: string[], options: AddOptions): Promise<void> {
  const list = await rpc.mcp.save({ name, entry: wantedEntry(command, options, env) });
  const server = list.servers.find((one) => one.name === name);
  const next: McpList = options.enable && server ? await rpc.mcp.approve({ name, hash: server.hash }) : list;
  answer(io, next, name, options);
  if (!options.enable) io.note(`Agents get it after: hearth mcp enable ${name}`);
}

/** A command or an address, with its values. */
export function wantedEntry(
  [command, ...args]: readonly string[],
  { url, sse, shared = false, env, header, secret }: AddOptions,
  here: Readonly<Record<string, string | undefined>>,
): WantedMcpEntry {
  if ((command === undefined) === (url === undefined))
    throw new CliFailure("INPUT_INVALID", "Say what the server is: a command after --, or --url ADDRESS.");
  const secrets = Object.fromEntries(secret.map((name) => [name, { secret: secretHere(name, here) }]));
  if (url !== undefined) {
    if (env.length > 0)
      throw new CliFailure("INPUT_INVALID", "env: A server that is elsewhere has headers: --header NAME=VALUE.");
    return { type: sse ? "sse" : "http", url, headers: { ...readValues(header, "header"), ...secrets } };
  }
  if (header.length > 0 || sse) throw new CliFailure("INPUT_INVALID", `${sse ? "sse" : "header"}: That goes with --url only.`);
  return { type: "stdio", command: command ?? "", args, env: { ...readValues(env, "env"), ...secrets }, shared };
}

function readValues(words: readonly string[], option: string): Record<string, WantedValue> {
  return Object.fromEntries(
    words.map((word) => {
      const at = word.indexOf("=");
      if (at < 1) throw new CliFailure("INPUT_INVALID", `${option}: Write it as NAME=VALUE.`);
      return [word.slice(0, at), word.slice(at + 1)];
    }),
  );
}

/** No command line holds a secret: other programs can read it there. */
function secretHere(name: string, here: Readonly<Record<string, string | undefined>>): string {
  const value = here[name] ?? here[name.replaceAll("-", "_").toUpperCase()];
  if (value) return value;
  throw new CliFailure("INPUT_INVALID", `secret: There is no variable ${name} here to take the value from. Export it first.`);
}
