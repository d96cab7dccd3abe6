import path from "node:path";
import type { Result } from "../../../shared/result.ts";
import type { BackendDeps } from "../../agents/backend.ts";
import type { AgentHost, OpenRequest } from "../../agents/port.ts";
import type { GivenServer } from "../../mcp/given-servers.ts";
import type { ToolConnection } from "../../mcp/tool-connection.ts";
import type { ConnectedServer } from "./mcp-tool.ts";

export type McpServersDeps = Pick<BackendDeps, "clock" | "isTrusted" | "mcpServers"> & {
  /** Speaks with a server as agents do, and asks it for its tools. */
  connect: (server: GivenServer, signal: AbortSignal) => Promise<Result<ToolConnection, string>>;
};
/** `over`: why it failed; null once it is connected, or isn't wanted any more. */
type Opening = { unwanted: AbortController; over: Promise<string | null> };
type Place = Pick<OpenRequest, "chatId" | "agentId" | "projectId" | "workingCopyPath" | "folder">;

/** So long a turn waits for a server; one that comes later is there for the next turn. */
const waitMs = 5_000;

/**
 * The MCP servers of one chat of the built-in agent. They are looked at before each turn, so that one that was switched
 * counts from the next prompt on. It owns the connections, until `close`.
 */
export class McpServers {
  readonly #deps: McpServersDeps;
  readonly #place: Place;
  /** By what is connected to. */
  readonly #open = new Map<string, { name: string; hash: string; connection: ToolConnection }>();
  readonly #opening = new Map<string, Opening>();
  /** What the person was told already. */
  readonly #told = new Set<string>();

  constructor(deps: McpServersDeps, place: Place) {
    this.#deps = deps;
    this.#place = place;
  }

  /** Those that are on here by now, in the order of their list; of the others that are to be on the person is told why not. */
  async look(host: Pick<AgentHost, "onUpdate">, signal: AbortSignal): Promise<ConnectedServer[]> {
    const lacking: string[] = [];
    const given = await this.#given((message) => lacking.push(message), signal);
    const wanted = new Map(given.map((server) => [JSON.stringify([server.name, server.hash, server.entry]), server]));
    for (const [key, { connection }] of this.#open) if (!wanted.has(key) || connection.isOver) await this.#end(key);
    for (const key of [...this.#opening.keys()]) if (!wanted.has(key)) await this.#giveUp(key);
    const missing = [...wanted].filter(([key]) => !this.#open.has(key));
    await Promise.all(
      missing.map(async ([key, server]) => {
        const why = await this.#connect(key, server, signal);
        if (why !== null && !signal.aborted) lacking.push(`The MCP server ${server.name} isn't given to this agent: ${why}.`);
      }),
    );
    this.tell(host, lacking);
    return [...wanted.keys()].flatMap((key) => this.#open.get(key) ?? []);
  }

  /** Each message once in a chat. */
  tell(host: Pick<AgentHost, "onUpdate">, messages: readonly string[]): void {
    for (const message of messages) {
      if (!this.#told.has(message)) host.onUpdate({ type: "notice", kind: "warning", message });
      this.#told.add(message);
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opening.keys()].map((key) => this.#giveUp(key)));
    await Promise.all([...this.#open.keys()].map((key) => this.#end(key)));
  }

  async #given(lack: (message: string) => void, signal: AbortSignal): Promise<GivenServer[]> {
    const { isTrusted, mcpServers } = this.#deps;
    const { projectId, chatId, agentId, workingCopyPath, folder } = this.#place;
    if (!(await isTrusted(projectId))) return [];
    const cwd = path.join(workingCopyPath, folder);
    return mcpServers.of({ projectId, chatId, agentId, workingCopyPath, cwd, lack, signal });
  }

  /** Why not; null where it is connected by now. Who is waited for no longer goes on connecting. */
  async #connect(key: string, server: GivenServer, signal: AbortSignal): Promise<string | null> {
    const opening = this.#opening.get(key) ?? this.#begin(key, server);
    const late = Promise.withResolvers<string>();
    const giveUp = (): void =>
      late.resolve(`it hasn't answered within ${waitMs / 1000} s; once it has, the next prompt has its tools`);
    const takeBack = this.#deps.clock.after(waitMs, giveUp);
    signal.addEventListener("abort", giveUp, { once: true });
    if (signal.aborted) giveUp();
    return Promise.race([opening.over, late.promise]).finally(() => {
      takeBack();
      signal.removeEventListener("abort", giveUp);
    });
  }

  #begin(key: string, server: GivenServer): Opening {
    const unwanted = new AbortController();
    const over = this.#deps.connect(server, unwanted.signal).then(async (connected) => {
      this.#opening.delete(key);
      if (!connected.ok) return connected.error;
      if (unwanted.signal.aborted) await connected.value.close();
      else this.#open.set(key, { name: server.name, hash: server.hash ?? "", connection: connected.value });
      return null;
    });
    const opening = { unwanted, over };
    this.#opening.set(key, opening);
    return opening;
  }

  async #end(key: string): Promise<void> {
    const one = this.#open.get(key);
    this.#open.delete(key);
    await one?.connection.close();
  }

  async #giveUp(key: string): Promise<void> {
    const opening = this.#opening.get(key);
    opening?.unwanted.abort();
    await opening?.over;
  }
}
