import type { McpList, McpServer, McpSwitch } from "../../shared/contract/mcp.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import type { McpEntry, WantedMcpEntry } from "../../shared/mcp-entry.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Checked, CheckedServer } from "./check.ts";
import { floatingPackage } from "./floating-package.ts";
import type { GivenServers } from "./given-servers.ts";
import { describeEntry, hashOf } from "./read-servers.ts";
import type { ServerList } from "./server-list.ts";
import type { ServerTools } from "./server-tools.ts";
import type { SwitchRows } from "./switches.ts";
import { entryOf, keptNames, writeServer } from "./write-servers.ts";

export type McpDeps = {
  switches: SwitchRows;
  exists: (scope: "project" | "session", id: string) => boolean;
  list: ServerList;
  tools: ServerTools;
  given: Pick<GivenServers, "settle">;
  check: (server: CheckedServer, signal: AbortSignal) => Promise<Result<Checked, string>>;
};

type Listed = Result<McpList, Failure<"MCP_SERVER_NOT_FOUND" | "TRUST_CHANGED" | "DISK_FULL">>;
type Switched = Result<McpList, Failure<"MCP_SERVER_NOT_FOUND" | "PROJECT_NOT_FOUND" | "SESSION_NOT_FOUND">>;
type Written = Result<McpList, Failure<"MCP_SERVER_EXISTS" | "MCP_SERVER_NOT_FOUND" | "MCP_FILE_INVALID" | "DISK_FULL">>;

/** What a person does to the list of MCP servers. */
export class McpService {
  readonly #deps: McpDeps;

  constructor(deps: McpDeps) {
    this.#deps = deps;
  }

  async list(): Promise<McpList> {
    const { servers, problems } = this.#deps.list.read();
    const switches = this.#deps.switches.list();
    const listed = await Promise.all([...servers].map(([name, entry]) => this.#describe(name, entry, switches)));
    return { path: this.#deps.list.file, servers: listed, problems };
  }

  async save(name: string, wanted: WantedMcpEntry, replace: boolean): Promise<Written> {
    const { list } = this.#deps;
    const before = list.find(name);
    if (before && !replace)
      return failure("MCP_SERVER_EXISTS", `There is an MCP server ${name} already. Choose another name, or change that one.`, {
        field: "name",
      });
    if (!before && replace) return unknown(name);
    const { entry, secrets, kept } = entryOf(wanted, before);
    const written = writeServer(list.file, name, entry);
    if (!written.ok) return written;
    for (const gone of before ? keptNames(before) : []) if (!kept.includes(gone)) await list.secrets.remove(name, gone);
    for (const [variable, value] of Object.entries(secrets)) await list.secrets.set(name, variable, value);
    return this.#changed();
  }

  async remove(name: string): Promise<Written> {
    const { list } = this.#deps;
    if (!list.find(name)) return unknown(name);
    const written = writeServer(list.file, name, null);
    if (!written.ok) return written;
    await list.secrets.removeAll(name);
    this.#deps.switches.removeServer(name);
    const removed = list.approvals.remove(name);
    return removed.ok ? this.#changed() : removed;
  }

  /** As it was listed (`hash`), and with `toolsHash` its tools as they were listed; without, those that were approved stay. */
  async approve(name: string, hash: string, toolsHash?: string): Promise<Listed> {
    const { list, tools } = this.#deps;
    const entry = list.find(name);
    if (!entry) return unknown(name);
    const before = list.approvals.find(name);
    const same = before?.hash === hash ? before : null;
    const approved = toolsHash === undefined ? same : tools.ofHash(name, hash, toolsHash);
    if (hashOf(entry) !== hash || (toolsHash !== undefined && approved === null))
      return failure("TRUST_CHANGED", `${name} has changed since it was shown. Look at it again.`);
    const { tools: known = null, instructions = null } = approved ?? {};
    const saved = list.approvals.set(name, { hash, what: describeEntry(entry).what, tools: known, instructions });
    return saved.ok ? this.#changed() : saved;
  }

  async withdraw(name: string): Promise<Listed> {
    const { list } = this.#deps;
    if (!list.approvals.find(name) && !list.find(name)) return unknown(name);
    const saved = list.approvals.remove(name);
    return saved.ok ? this.#changed() : saved;
  }

  /** Starts or reaches it as an agent would. What came of it, a failure too, stands in the list. */
  async check(name: string, signal: AbortSignal): Promise<Result<McpList, Failure<"MCP_SERVER_NOT_FOUND" | "MCP_SERVER_OFF">>> {
    const { list, tools } = this.#deps;
    const entry = list.find(name);
    if (!entry) return unknown(name);
    const hash = hashOf(entry);
    if (list.stateOf(name, entry) !== "on")
      return failure(
        "MCP_SERVER_OFF",
        `${name} isn't approved as it is, so it isn't started. Look at it, and switch it on first.`,
      );
    const filled = await list.fill(name, entry);
    if (filled.refused !== null) tools.failed(name, hash, filled.refused);
    else if (filled.missing.length > 0) tools.failed(name, hash, `There is no value for ${filled.missing.join(", ")}`);
    else {
      const came = await this.#deps.check({ name, ...filled }, signal);
      if (came.ok) tools.checked(name, hash, came.value);
      else tools.failed(name, hash, came.error);
    }
    return ok(await this.list());
  }

  /** Counts for agent sessions that are opened from now on. */
  async switch(name: string, scope: McpSwitch["scope"], id: string, on: boolean | null): Promise<Switched> {
    const { list, switches, exists } = this.#deps;
    if (!list.find(name)) return unknown(name);
    const scopeId = scope === "all" ? "" : id;
    if (scope !== "all" && !exists(scope, id)) {
      const code = scope === "project" ? ("PROJECT_NOT_FOUND" as const) : ("SESSION_NOT_FOUND" as const);
      return failure(code, `There is no ${scope} ${id}`, { field: "id" });
    }
    if (on === null) switches.clear({ scope, scopeId, server: name });
    else switches.set({ scope, scopeId, server: name, isOn: on });
    return ok(await this.list());
  }

  async #changed(): Promise<{ ok: true; value: McpList }> {
    await this.#deps.given.settle();
    return ok(await this.list());
  }

  async #describe(name: string, entry: McpEntry, switches: ReturnType<SwitchRows["list"]>): Promise<McpServer> {
    const { list, tools } = this.#deps;
    const hash = hashOf(entry);
    const state = list.stateOf(name, entry);
    return {
      ...{ name, type: entry.type, hash, state, ...describeEntry(entry), ...(await list.lacks(name, entry)) },
      words: entry.type === "stdio" ? [entry.command, ...entry.args] : [],
      shared: entry.type === "stdio" && entry.shared,
      floating: floatingPackage(entry),
      switches: switches.flatMap(({ server, scope, scopeId, isOn }) =>
        server === name ? [{ scope, id: scopeId, on: isOn }] : [],
      ),
      told: tools.describe(name, hash),
      was: state === "changed" ? (list.approvals.find(name)?.what ?? null) : null,
    };
  }
}

function unknown(name: string): { ok: false; error: Failure<"MCP_SERVER_NOT_FOUND"> } {
  return failure("MCP_SERVER_NOT_FOUND", `There is no MCP server ${name} in mcp.json`, { field: "name" });
}
