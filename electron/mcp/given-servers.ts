import type { McpEntry } from "../../shared/mcp-entry.ts";
import type { RunServers, ServerUse } from "./bridge/run-servers.ts";
import { hashOf } from "./read-servers.ts";
import { readsFolder } from "./relative-word.ts";
import type { ServerList } from "./server-list.ts";
import type { ServerTools } from "./server-tools.ts";
import { isGivenIn, type SwitchRows } from "./switches.ts";

type Program = Extract<McpEntry, { type: "stdio" }>;

/**
 * A server that agents get. `program`: the same for an agent that starts its servers itself; null where that isn't to
 * be, or it is no program.
 */
export type GivenServer = { name: string; entry: McpEntry; program: Program | null };

/** An agent that opens a session. */
export type GivenFor = ServerUse & { projectId: string; chatId: string };

export type GivenServersDeps = {
  list: ServerList;
  tools: ServerTools;
  run: Pick<RunServers, "folder" | "reach" | "withdraw" | "unused">;
  switches: Pick<SwitchRows, "list">;
  sessionOf: (chatId: string) => string | null;
};

/** What agents get of the list. A server counts while it is what was approved, by its content. */
export class GivenServers {
  readonly #deps: GivenServersDeps;
  /** Those that an agent got since Hearth began, as they were then. */
  readonly #inUse = new Map<string, string>();

  constructor(deps: GivenServersDeps) {
    this.#deps = deps;
  }

  /** Those that were approved as they are, are on there, and lack nothing. Programs are run by Hearth, once an agent asks for them. */
  async of({ projectId, chatId, ...use }: GivenFor): Promise<GivenServer[]> {
    const { list, switches, sessionOf } = this.#deps;
    const place = { projectId, sessionId: sessionOf(chatId) };
    const said = switches.list();
    const approved = [...list.read().servers].filter(
      ([name, entry]) => list.stateOf(name, entry) === "on" && isGivenIn(said, name, place),
    );
    return (await Promise.all(approved.map(([name, entry]) => this.#give(name, entry, use)))).filter((given) => given !== null);
  }

  /** No session of the agent is open in the working copy any more. */
  unused(use: Pick<ServerUse, "agentId" | "workingCopyPath">): void {
    this.#deps.run.unused(use);
  }

  /** Takes servers that aren't what an agent got any more from those who have them. */
  async settle(): Promise<void> {
    const { list, run } = this.#deps;
    const { servers } = list.read();
    for (const [name, hash] of this.#inUse) {
      const entry = servers.get(name);
      if (entry && hashOf(entry) === hash && list.stateOf(name, entry) === "on") continue;
      this.#inUse.delete(name);
      await run.withdraw(name);
    }
  }

  async #give(name: string, listed: McpEntry, use: ServerUse): Promise<GivenServer | null> {
    const { list, tools, run } = this.#deps;
    const { entry, secrets, missing, refused } = await list.fill(name, listed);
    // A keyring may have asked the person meanwhile, for minutes.
    if (missing.length > 0 || refused !== null || list.stateOf(name, listed) !== "on") return null;
    const hash = hashOf(listed);
    const asApproved = tools.areApproved(name, hash);
    // Where Hearth doesn't stand in between, it can keep no tool from an agent.
    if (entry.type !== "stdio") return asApproved ? { name, entry, program: null } : null;
    this.#inUse.set(name, hash);
    const apart = readsFolder(entry);
    const address = await run.reach({ name, entry, secrets, shared: entry.shared, apart, gate: tools.gate(name, hash) }, use);
    const program = apart ? beginningIn(run.folder, entry) : entry;
    return { name, entry: { type: "http", ...address }, program: asApproved ? program : null };
  }
}

/** Agents start a server in the folder that they work in. null: on Windows there is nothing that would begin it elsewhere. */
function beginningIn(folder: string, entry: Program): Program | null {
  if (process.platform === "win32") return null;
  return { ...entry, command: "/bin/sh", args: ["-c", 'cd "$0" && exec "$@"', folder, entry.command, ...entry.args] };
}
