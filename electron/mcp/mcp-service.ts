import { readFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import type { McpEntry, McpList } from "../../shared/contract/mcp.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { findProgram } from "../lib/find-program.ts";
import { saveJson } from "../lib/save-json.ts";
import { describeEntry, hashOf, readServers, type ReadServers } from "./read-servers.ts";

/** A server that agents get. */
export type GivenServer = { name: string; entry: McpEntry };

const approvals = z.record(z.string(), z.object({ hash: z.string(), what: z.string() }));
type Approvals = z.infer<typeof approvals>;

export const mcpFile = "mcp.json";

/**
 * The MCP servers that the person lists for all agents. A server counts while it is what was approved, by its content;
 * it is read anew each time, so that an edit is seen before anybody gets it. Nothing is started here.
 */
export class McpService {
  readonly #file: string;
  readonly #approvalsFile: string;
  #approved: Approvals;

  constructor({ configDir, dataDir }: { configDir: string; dataDir: string }) {
    this.#file = path.join(configDir, mcpFile);
    this.#approvalsFile = path.join(dataDir, "mcp-approved.json");
    this.#approved = readApprovals(this.#approvalsFile);
  }

  list(): McpList {
    const { servers, problems } = readServers(this.#file);
    const listed = [...servers].map(([name, entry]) => {
      const approved = this.#approved[name];
      const hash = hashOf(entry);
      const state = !approved ? ("off" as const) : approved.hash === hash ? ("on" as const) : ("changed" as const);
      return { name, hash, state, was: state === "changed" && approved ? approved.what : null, ...describeEntry(entry) };
    });
    return { path: this.#file, servers: listed, problems };
  }

  approve(name: string, hash: string): Result<McpList, Failure<"MCP_SERVER_NOT_FOUND" | "TRUST_CHANGED" | "DISK_FULL">> {
    const entry = this.#read().servers.get(name);
    if (!entry) return unknown(name);
    if (hashOf(entry) !== hash) return failure("TRUST_CHANGED", `${name} has changed since it was shown. Look at it again.`);
    return this.#save({ ...this.#approved, [name]: { hash, what: describeEntry(entry).what } });
  }

  withdraw(name: string): Result<McpList, Failure<"MCP_SERVER_NOT_FOUND" | "DISK_FULL">> {
    const { [name]: before, ...others } = this.#approved;
    return before || this.#read().servers.has(name) ? this.#save(others) : unknown(name);
  }

  /** Those that were approved as they are; `${NAME}` in variables and headers stands for the login shell's. */
  given(shell: Readonly<Record<string, string>>): GivenServer[] {
    return [...this.#read().servers].flatMap(([name, entry]) =>
      this.#approved[name]?.hash === hashOf(entry) ? [{ name, entry: filled(entry, shell) }] : [],
    );
  }

  #read(): ReadServers {
    return readServers(this.#file);
  }

  #save(next: Approvals): Result<McpList, Failure<"DISK_FULL">> {
    try {
      saveJson(this.#approvalsFile, next);
    } catch (error) {
      return failure("DISK_FULL", `It couldn't be written down: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.#approved = next;
    return ok(this.list());
  }
}

function filled(entry: McpEntry, shell: Readonly<Record<string, string>>): McpEntry {
  const fill = (values: Record<string, string>): Record<string, string> =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, value.replace(/\$\{(\w+)\}/g, (_, key: string) => shell[key] ?? "")]),
    );
  if (entry.type !== "stdio") return { ...entry, headers: fill(entry.headers) };
  // Agents look for it with another PATH than the person's, or want a path.
  return { ...entry, command: findProgram(entry.command, shell).path ?? entry.command, env: fill(entry.env) };
}

function readApprovals(file: string): Approvals {
  try {
    return approvals.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // None was given, or they can't be read: then each is asked about anew.
    return {};
  }
}

function unknown(name: string): { ok: false; error: Failure<"MCP_SERVER_NOT_FOUND"> } {
  return failure("MCP_SERVER_NOT_FOUND", `There is no MCP server ${name} in mcp.json`, { field: "name" });
}
