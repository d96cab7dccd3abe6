import type { Command } from "commander";
import { listAgents } from "./agents.ts";
import type { CoreConnection } from "./connect.ts";
import type { ExitCode } from "./cli-failure.ts";
import type { OnInterrupt } from "./follow-run.ts";
import { installAgent, removeAgent, updateAgent } from "./install.ts";
import type { CommandTerminal } from "./terminal.ts";

type WithCore = (work: (connection: CoreConnection) => Promise<ExitCode | void>) => Promise<void>;
type Json = { json?: boolean };

/** `hearth agents`: the list, and what is installed of it. */
export function addAgents(program: Command, deps: { io: CommandTerminal; onInterrupt: OnInterrupt }, withCore: WithCore): void {
  const { io } = deps;
  const agents = program
    .command("agents")
    .argument("[words]", "only those that a search for these words finds")
    .description("list the agents that are here and a few everybody knows; nothing is started")
    .option("--all", "every agent that Hearth knows")
    .option("--json", "as JSON")
    .action((search: string | undefined, options: { all?: boolean; json?: boolean }) =>
      withCore(({ rpc }) => listAgents(rpc, io, { search, ...options })),
    );
  agents
    .command("install")
    .argument("<agent>")
    .description("install an agent that comes from npm into Hearth's own folder, or an update that is known")
    .option("--json", "as JSON")
    .action((id: string, options: Json) => withCore(({ rpc }) => installAgent({ ...deps, rpc }, id, options)));
  agents
    .command("update")
    .argument("<agent>")
    .description("look for a newer version of an agent that Hearth installed, and install it; what runs goes on as it is")
    .option("--json", "as JSON")
    .action((id: string, options: Json) => withCore(({ rpc }) => updateAgent({ ...deps, rpc }, id, options)));
  agents
    .command("remove")
    .argument("<agent>")
    .description("take away what Hearth installed of an agent")
    .option("--json", "as JSON")
    .action((id: string, options: Json) => withCore(({ rpc }) => removeAgent({ ...deps, rpc }, id, options)));
}
