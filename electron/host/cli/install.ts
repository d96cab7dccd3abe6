import type { Agent } from "../../../shared/contract/agents.ts";
import { offerText, progressText } from "../../../shared/install-words.ts";
import { sizeText } from "../../../shared/size-text.ts";
import { CliFailure, type ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import type { OnInterrupt } from "./follow-run.ts";
import { oneLine, type CommandTerminal } from "./terminal.ts";

type Deps = { rpc: HearthClient; io: CommandTerminal; onInterrupt: OnInterrupt };
type Options = { json?: boolean };

/** Installs an agent from npm, or its update where there is one; Ctrl+C leaves nothing of it. */
export async function installAgent(deps: Deps, id: string, options: Options): Promise<ExitCode> {
  const { rpc, io } = deps;
  const before = await find(rpc, id);
  if (before?.install && !options.json) io.note(offerText(before.install));
  return bring(deps, id, options);
}

export async function updateAgent(deps: Deps, id: string, options: Options): Promise<ExitCode> {
  const { rpc, io } = deps;
  const { install } = await rpc.agents.lookForUpdate({ id });
  const installed = install?.installed;
  if (!installed) throw new CliFailure("NOT_INSTALLED", `Hearth hasn't installed ${id}. \`hearth agents install ${id}\` does.`);
  if (install.update !== null) return bring(deps, id, options);
  if (options.json) io.json(await find(rpc, id));
  else io.line(`${id} ${installed.version} is the newest.`);
  return 0;
}

export async function removeAgent({ rpc, io }: Deps, id: string, { json }: Options): Promise<void> {
  const before = (await find(rpc, id))?.install?.installed;
  const agent = await rpc.agents.uninstall({ id });
  if (json) io.json(agent);
  else io.line(before ? `${id} ${before.version} is taken away (${sizeText(before.bytes)}).` : `Hearth hasn't installed ${id}.`);
}

async function bring({ rpc, io, onInterrupt }: Deps, id: string, { json }: Options): Promise<ExitCode> {
  const ending = new AbortController();
  const stopListening = onInterrupt(() => {
    // The install's own answer says how it ended.
    rpc.agents.stopInstall({ id }).catch((error: unknown) => io.note(String(error)));
  });
  const told = json ? Promise.resolve() : tellProgress(rpc, io, id, ending.signal);
  try {
    const agent = await rpc.agents.install({ id });
    const installed = agent.install?.installed;
    if (json) io.json(agent);
    else if (installed) io.line(`${id} ${installed.version} is installed: ${oneLine(agent.path ?? "")}`);
    else io.note("It was stopped, and nothing of it is kept.");
    return installed ? 0 : 130;
  } finally {
    stopListening();
    ending.abort();
    await told;
  }
}

/** A line for each tenth of it. */
async function tellProgress(rpc: HearthClient, io: CommandTerminal, id: string, signal: AbortSignal): Promise<void> {
  let tenths = 0;
  try {
    for await (const update of await rpc.system.watch({}, { signal })) {
      const install = update.type === "agent" && update.agent.id === id ? update.agent.install : null;
      const now = Math.floor(((install?.goingBytes ?? 0) / (install?.aboutBytes || 1)) * 10);
      if (!install || now <= tenths) continue;
      tenths = now;
      io.note(`  ${progressText(install) ?? ""}`);
    }
  } catch (error) {
    // The end of the command ends it; a broken connection is the install's to tell.
    if (!signal.aborted) io.note(`Progress can't be shown: ${String(error)}`);
  }
}

async function find(rpc: HearthClient, id: string): Promise<Agent | undefined> {
  return (await rpc.agents.list()).find((agent) => agent.id === id);
}
