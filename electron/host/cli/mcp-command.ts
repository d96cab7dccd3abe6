import type { Command } from "commander";
import type { ExitCode } from "./cli-failure.ts";
import type { CoreConnection } from "./connect.ts";
import { addServer, type AddOptions } from "./mcp-add.ts";
import { importServer, type ImportOptions } from "./mcp-import.ts";
import {
  checkServer,
  disableServer,
  enableServer,
  listServers,
  removeServer,
  type EnableOptions,
  type WhereOptions,
} from "./mcp.ts";
import type { CommandTerminal } from "./terminal.ts";

type WithCore = (work: (connection: CoreConnection) => Promise<ExitCode | void>) => Promise<void>;
type Json = { json?: boolean };
type Deps = { io: CommandTerminal; env: NodeJS.ProcessEnv };

/** `hearth mcp`: the MCP servers that agents get. */
export function addMcp(program: Command, { io, env }: Deps, withCore: WithCore): void {
  const mcp = program.command("mcp").description("the MCP servers that agents get");
  mcp
    .command("list", { isDefault: true })
    .description("list them; none is started")
    .option("--json", "as JSON")
    .action((options: Json) => withCore(({ rpc }) => listServers(rpc, io, options)));
  mcp
    .command("add")
    .argument("<name>")
    .argument("[command...]", "after --: the program that is the server, with its arguments")
    .description("write a server into mcp.json; agents get it once it is enabled")
    .option("--url <address>", "a server that is reached over HTTP, instead of a command")
    .option("--sse", "with --url: by the older way, server-sent events")
    .option("--shared", "one process for all sessions: for a server that keeps nothing of a session")
    .option("--env <NAME=VALUE>", "a variable of it; ${NAME} in the value is your login shell's", collect, [])
    .option("--header <NAME=VALUE>", "with --url: a header; ${NAME} in the value is your login shell's", collect, [])
    .option("--secret <NAME>", "a variable or header whose value is kept outside of mcp.json: that of NAME here", collect, [])
    .option("--enable", "let agents have it at once")
    .option("--json", "as JSON")
    .action((name: string, command: string[], options: AddOptions) =>
      withCore(({ rpc }) => addServer({ rpc, io, env }, name, command, options)),
    );
  mcp
    .command("remove")
    .argument("<name>")
    .description("take a server out of mcp.json, with its approval and its secrets")
    .option("--json", "as JSON")
    .action((name: string, options: Json) => withCore(({ rpc }) => removeServer(rpc, io, name, options)));
  mcp
    .command("enable")
    .argument("<name>")
    .description("let agents have a server as it is now; what changes of it later is asked about again")
    .option("--project <path or id>", "switch it on in this project, whatever holds in general")
    .option("--session <id>", "switch it on in this session, whatever holds in its project")
    .option("--yes", "don't ask")
    .option("--json", "as JSON")
    .action((name: string, options: EnableOptions) => withCore(({ rpc }) => enableServer(rpc, io, name, options)));
  mcp
    .command("disable")
    .argument("<name>")
    .description("give a server to no new agent session any more, and take it from those that have it")
    .option("--project <path or id>", "only in this project, for agent sessions from now on")
    .option("--session <id>", "only in this session, for agent sessions from now on")
    .option("--json", "as JSON")
    .action((name: string, options: WhereOptions) => withCore(({ rpc }) => disableServer(rpc, io, name, options)));
  mcp
    .command("check")
    .argument("<name>")
    .description("start or reach an enabled server and ask for its tools (0: it answers)")
    .option("--json", "as JSON")
    .action((name: string, options: Json) => withCore(({ rpc }) => checkServer(rpc, io, name, options)));
  mcp
    .command("import")
    .argument("[name]", "the one to bring in; left out, what other programs have is listed")
    .description("bring in a server that another program has in its file; it comes switched off")
    .option("--from <path or program>", "of this file or program only")
    .option("--as <name>", "its name here")
    .option("--project <path or id>", "with the files of this project, where it is trusted")
    .option("--json", "as JSON")
    .action((name: string | undefined, options: ImportOptions) => withCore(({ rpc }) => importServer(rpc, io, name, options)));
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}
