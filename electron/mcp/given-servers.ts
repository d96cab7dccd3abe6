import type { McpEntry } from "../../shared/mcp-entry.ts";
import type { Result } from "../../shared/result.ts";
import type { RunServers, ServerUse } from "./bridge/run-servers.ts";
import type { Checked, CheckedServer } from "./check.ts";
import { hashOf } from "./read-servers.ts";
import { readsFolder } from "./relative-word.ts";
import type { ServerList } from "./server-list.ts";
import type { ServerTools } from "./server-tools.ts";
import { isGivenIn, type SwitchRows } from "./switches.ts";

type Program = Extract<McpEntry, { type: "stdio" }>;

/**
 * A server that agents get. `program`: the same for an agent that starts its servers itself; null where that isn't to
 * be, or it is no program. It is asked for by such an agent alone, as it may have to be looked at first.
 */
export type GivenServer = { name: string; entry: McpEntry; program: () => Promise<Program | null> };

/** An agent that opens a session. */
export type GivenFor = ServerUse & { projectId: string; chatId: string };

export type GivenServersDeps = {
  list: ServerList;
  tools: ServerTools;
  run: Pick<RunServers, "folder" | "reach" | "withdraw" | "unused">;
  switches: Pick<SwitchRows, "list">;
  check: (server: CheckedServer, signal: AbortSignal) => Promise<Result<Checked, string>>;
  sessionOf: (chatId: string) => string | null;
};

/** What agents get of the list. A server counts while it is what was approved, by its content. */
export class GivenServers {
  readonly #deps: GivenServersDeps;
  /** Those that an agent got since Hearth began, as they were then. */
  readonly #inUse = new Map<string, string>();
  /** Those that are being asked for their tools, by their hash. */
  readonly #asking = new Map<string, ReturnType<GivenServersDeps["check"]>>();

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
    this.#inUse.set(name, hash);
    const isProgram = entry.type === "stdio";
    const server = { name, secrets, shared: isProgram && entry.shared, apart: isProgram && readsFolder(entry) };
    const address = await run.reach({ server: { ...server, gate: tools.gate(name, hash) }, entry }, use);
    const start = isProgram ? (server.apart ? beginningIn(run.folder, entry) : entry) : null;
    // Where Hearth doesn't stand in between, it can keep no tool from an agent.
    const program = async (): Promise<Program | null> =>
      start && (await this.#isAsApproved({ name, entry, secrets }, hash)) ? start : null;
    return { name, entry: { type: "http", ...address }, program };
  }

  /** It is asked for its tools where it wasn't since Hearth began: they may have changed meanwhile. */
  async #isAsApproved(server: CheckedServer, hash: string): Promise<boolean> {
    const { tools, check } = this.#deps;
    if (!tools.wasAsked(server.name, hash)) {
      // Two may be alike but for their secrets: each is asked for itself.
      const key = JSON.stringify([server.name, hash]);
      const asking = this.#asking.get(key) ?? check(server, new AbortController().signal);
      this.#asking.set(key, asking);
      const came = await asking.finally(() => this.#asking.delete(key));
      if (came.ok) tools.checked(server.name, hash, came.value);
      else tools.failed(server.name, hash, came.error);
    }
    return tools.isAsApproved(server.name, hash);
  }
}

/** Agents start a server in the folder that they work in. null: on Windows there is nothing that would begin it elsewhere. */
function beginningIn(folder: string, entry: Program): Program | null {
  if (process.platform === "win32") return null;
  return { ...entry, command: "/bin/sh", args: ["-c", 'cd "$0" && exec "$@"', folder, entry.command, ...entry.args] };
}
