import type { GivenServer } from "../../mcp/given-servers.ts";
import { answerOf, within, type OpencodeClient } from "./api.ts";

type McpConfig = NonNullable<NonNullable<Parameters<OpencodeClient["mcp"]["add"]>[0]>["config"]>;

/** opencode shakes hands with it before it answers, and a chat waits for that: not for long. */
const addLimitMs = 5_000;
const callMs = 10_000;

/** The MCP servers that were given to an opencode server, which has them by folder: chats in one folder share them. */
export class FolderServers {
  readonly #api: OpencodeClient;
  /** Folder → name → what it was given. */
  readonly #given = new Map<string, Map<string, string>>();

  readonly #addMs: number;

  constructor(api: OpencodeClient, addMs = addLimitMs) {
    this.#api = api;
    this.#addMs = addMs;
  }

  /** Has these in the folder and no others that it was given before. Returns what is wrong with one, in words. */
  async give(directory: string, servers: readonly GivenServer[], signal: AbortSignal): Promise<string[]> {
    const before = this.#given.get(directory) ?? new Map<string, string>();
    if (before.size === 0 && servers.length === 0) return [];
    const wanted = new Map(servers.map((server) => [server.name, configOf(server)]));
    this.#given.set(directory, new Map([...wanted].map(([name, config]) => [name, JSON.stringify(config)])));
    const there = await answerOf("Asking for its MCP servers", this.#api.mcp.status({ directory }, within(callMs)));
    const known = new Set(there.ok ? Object.keys(there.value) : []);
    const gone = [...before.keys()].filter((name) => !wanted.has(name) && known.has(name));
    const added = [...wanted].filter(([name, config]) => !known.has(name) || before.get(name) !== JSON.stringify(config));
    await Promise.all(
      gone.map((name) => answerOf("Taking an MCP server", this.#api.mcp.disconnect({ name, directory }, within(callMs)))),
    );
    const problems = await Promise.all(added.map(([name, config]) => this.#add(directory, name, config, signal)));
    return problems.filter((problem) => problem !== null);
  }

  /** The folder was let go, with all that it had. */
  forget(directory: string): void {
    this.#given.delete(directory);
  }

  async #add(directory: string, name: string, config: McpConfig, signal: AbortSignal): Promise<string | null> {
    const late = AbortSignal.timeout(this.#addMs);
    const until = { signal: AbortSignal.any([late, signal]) };
    const answer = await answerOf("Adding it", this.#api.mcp.add({ directory, name, config }, until));
    const state = answer.ok ? answer.value[name] : undefined;
    if (state?.status === "connected") return null;
    // It is tried again for the next chat, and may still come: then it is one that can be taken away.
    this.#given.get(directory)?.set(name, "");
    if (signal.aborted) return null;
    const slow = `It hasn't answered within ${this.#addMs / 1000} s`;
    const why =
      late.aborted && !answer.ok
        ? slow
        : !answer.ok
          ? answer.error.message
          : state && "error" in state
            ? state.error
            : (state?.status ?? "It isn't there");
    return `The MCP server ${name} can't be used here: ${why}`;
  }
}

function configOf({ entry }: GivenServer): McpConfig {
  if (entry.type === "stdio")
    return { type: "local", command: [entry.command, ...entry.args], environment: entry.env, enabled: true };
  return {
    type: "remote",
    url: entry.url,
    headers: entry.headers,
    enabled: true,
    ...(isHere(entry.url) ? { oauth: false } : {}),
  };
}

/** Hearth's own, which has its key already: nobody is to be asked to sign in there. */
function isHere(url: string): boolean {
  return new URL(url).hostname === "127.0.0.1";
}
