import type { McpEntry } from "../../shared/mcp-entry.ts";
import type { Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
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
 * be, or it is no program. It is asked for by such an agent alone, as it may have to be looked at first. `hash`: of what
 * it was approved as; absent where a caller brought it along.
 */
export type GivenServer = { name: string; hash?: string; entry: McpEntry; program: () => Promise<Program | null> };

/** An agent that opens a session. `lack` is told, by its name, of each server that is on and that the agent doesn't get. */
export type GivenFor = ServerUse & { projectId: string; chatId: string; lack: (message: string) => void; signal: AbortSignal };

/** For so long an agent's session waits for a server to tell its tools. */
export const lookMs = 5_000;

export type GivenServersDeps = {
  list: ServerList;
  tools: ServerTools;
  run: Pick<RunServers, "folder" | "reach" | "withdraw" | "unused">;
  switches: Pick<SwitchRows, "list">;
  check: (server: CheckedServer, signal: AbortSignal) => Promise<Result<Checked, string>>;
  sessionOf: (chatId: string) => string | null;
  /** Whether nothing may run here outside of a sandbox. */
  confined: () => boolean;
  clock: Clock;
};

/** What agents get of the list. A server counts while it is what was approved, by its content. */
export class GivenServers {
  readonly #deps: GivenServersDeps;
  /** Those that an agent got since Hearth began, as they were then. */
  readonly #inUse = new Map<string, string>();
  /** Those that are being asked for their tools, by their hash. */
  readonly #asking = new Map<string, Promise<void>>();

  constructor(deps: GivenServersDeps) {
    this.#deps = deps;
  }

  /** Names those that are on there, each with what it was approved as: the same text while they are the same, none for none. */
  mark(of: Pick<GivenFor, "projectId" | "chatId">): string {
    const on = this.#on(of).map(([name, entry]) => [name, hashOf(entry)]);
    return on.length === 0 ? "" : JSON.stringify([this.#deps.confined(), ...on]);
  }

  /** Those that were approved as they are, are on there, and lack nothing. Programs are run by Hearth, once an agent asks for them. */
  async of({ projectId, chatId, lack, signal, ...use }: GivenFor): Promise<GivenServer[]> {
    const approved = this.#on({ projectId, chatId });
    const lacks = (name: string) => (why: string) => lack(`The MCP server ${name} isn't given to this agent: ${why}.`);
    const given = approved.map(([name, entry]) => this.#give(name, entry, use, { lack: lacks(name), signal }));
    return (await Promise.all(given)).filter((one) => one !== null);
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

  #on({ projectId, chatId }: Pick<GivenFor, "projectId" | "chatId">): [string, McpEntry][] {
    const { list, switches, sessionOf } = this.#deps;
    const place = { projectId, sessionId: sessionOf(chatId) };
    const said = switches.list();
    return [...list.read().servers].filter(([name, entry]) => list.stateOf(name, entry) === "on" && isGivenIn(said, name, place));
  }

  async #give(
    name: string,
    listed: McpEntry,
    use: ServerUse,
    { lack, signal }: Pick<GivenFor, "lack" | "signal">,
  ): Promise<GivenServer | null> {
    const { list, tools, run } = this.#deps;
    const { entry, secrets, missing, refused } = await list.fill(name, listed);
    // A keyring may have asked the person meanwhile, for minutes.
    if (list.stateOf(name, listed) !== "on") return null;
    if (missing.length > 0 || refused !== null) {
      lack(refused ?? `there is no value for ${missing.join(", ")}`);
      return null;
    }
    const isProgram = entry.type === "stdio";
    if (isProgram && this.#deps.confined()) {
      lack("it is a program, which would run outside of the sandbox that is required");
      return null;
    }
    const hash = hashOf(listed);
    this.#inUse.set(name, hash);
    const server = { name, secrets, shared: isProgram && entry.shared, apart: isProgram && readsFolder(entry) };
    const address = await run.reach({ server: { ...server, gate: tools.gate(name, hash) }, entry }, use);
    const start = isProgram ? (server.apart ? beginningIn(run.folder, entry) : entry) : null;
    const look = async (): Promise<Program | null> => {
      if (!isProgram) lack("it is reached at an address, and the agent takes no servers over HTTP");
      else if (!start) lack("it looks for what it runs in the folder that it begins in, which would be the project's");
      if (!start) return null;
      // Where Hearth doesn't stand in between, it can keep no tool from an agent.
      const why = await this.#notAsApproved({ name, entry, secrets }, hash, signal);
      if (why !== null && !signal.aborted) lack(why);
      return why === null ? start : null;
    };
    let looked: Promise<Program | null> | null = null;
    return { name, hash, entry: { type: "http", ...address }, program: () => (looked ??= look()) };
  }

  /**
   * Why it can't be given; null where it can. It is asked for its tools where it wasn't since Hearth began: they may have
   * changed meanwhile. Nobody waits for long: what it says later counts for the next session.
   */
  async #notAsApproved(server: CheckedServer, hash: string, signal: AbortSignal): Promise<string | null> {
    const { tools, clock } = this.#deps;
    const { name } = server;
    const came = tools.wasAsked(name, hash) || (await within(this.#ask(server, hash), { ms: lookMs, clock, signal }));
    if (!came) return `it hasn't told its tools within ${lookMs / 1000} s; once it has, the next session gets it`;
    if (tools.isAsApproved(name, hash)) return null;
    return tools.describe(name, hash)?.problem ?? "its tools aren't as they were approved. Look at it in the settings";
  }

  #ask(server: CheckedServer, hash: string): Promise<void> {
    const { tools, check } = this.#deps;
    // Two may be alike but for their secrets: each is asked for itself.
    const key = JSON.stringify([server.name, hash]);
    const asking =
      this.#asking.get(key) ??
      check(server, new AbortController().signal)
        .then((came) => {
          if (came.ok) tools.checked(server.name, hash, came.value);
          else tools.failed(server.name, hash, came.error);
        })
        .finally(() => this.#asking.delete(key));
    this.#asking.set(key, asking);
    return asking;
  }
}

/** Whether it came in time, and before nobody wanted it any more. */
function within(work: Promise<void>, { ms, clock, signal }: { ms: number; clock: Clock; signal: AbortSignal }): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const giveUp = (): void => resolve(false);
    const takeBack = clock.after(ms, giveUp);
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    work
      .then(() => resolve(true), reject)
      .finally(() => {
        takeBack();
        signal.removeEventListener("abort", giveUp);
      });
  });
}

/** Agents start a server in the folder that they work in. null: on Windows there is nothing that would begin it elsewhere. */
function beginningIn(folder: string, entry: Program): Program | null {
  if (process.platform === "win32") return null;
  return { ...entry, command: "/bin/sh", args: ["-c", 'cd "$0" && exec "$@"', folder, entry.command, ...entry.args] };
}
