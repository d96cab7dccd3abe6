import type { McpFound, McpFoundList, McpList } from "../../../shared/contract/mcp.ts";
import { failure, type Failure } from "../../../shared/errors.ts";
import { mcpName, type McpEntry, type WantedMcpEntry, type WantedValue } from "../../../shared/mcp-entry.ts";
import type { Result } from "../../../shared/result.ts";
import { readRegular } from "../../lib/read-regular.ts";
import { isSecretName } from "../fill.ts";
import { floatingPackage } from "../floating-package.ts";
import type { McpService } from "../mcp-service.ts";
import { describeEntry, hashOf, valuesOf } from "../read-servers.ts";
import type { ServerList } from "../server-list.ts";
import { importFiles, type ImportFile } from "./import-files.ts";
import { readImport } from "./read-import.ts";
import { translateEntry } from "./translate-entry.ts";

const maxFileBytes = 32 * 1024 * 1024;

export type ImportsDeps = {
  list: Pick<ServerList, "find">;
  mcp: Pick<McpService, "save">;
  home: string;
  shellEnv: () => Promise<Readonly<Record<string, string>>>;
  /** Where a project is; null where there is none, or what it can run isn't trusted. */
  trustedFolder: (projectId: string) => Promise<string | null>;
};

type Found = { from: ImportFile; name: string; entry: McpEntry | null; problem: string | null };
export type BringWanted = {
  path: string;
  name: string;
  hash: string;
  as?: string | undefined;
  projectId?: string | undefined;
};
type Brought = Result<
  McpList,
  Failure<"INPUT_INVALID" | "MCP_SERVER_NOT_FOUND" | "MCP_SERVER_EXISTS" | "MCP_FILE_INVALID" | "TRUST_CHANGED" | "DISK_FULL">
>;

/** Servers that other programs have: shown to be chosen from, and brought in at the person's word alone, switched off. */
export class Imports {
  readonly #deps: ImportsDeps;

  constructor(deps: ImportsDeps) {
    this.#deps = deps;
  }

  /** Of the person's own files, and of a project's where that is trusted. */
  async find(projectId: string | undefined): Promise<McpFoundList> {
    const { found, problems } = await this.#look(projectId);
    return { found: found.map((one) => this.#describe(one)), problems };
  }

  /** One of them, as it was shown, under a name of the person's choice. Its secrets are kept outside of the file. */
  async bring(wanted: BringWanted): Promise<Brought> {
    const { found } = await this.#look(wanted.projectId);
    const chosen = found.find(({ from, name }) => from.path === wanted.path && name === wanted.name);
    if (!chosen)
      return failure("MCP_SERVER_NOT_FOUND", `There is no MCP server ${wanted.name} in ${wanted.path}`, { field: "name" });
    if (!chosen.entry || hashOf(chosen.entry) !== wanted.hash)
      return failure("TRUST_CHANGED", `${wanted.name} has changed since it was shown. Look at it again.`);
    const name = mcpName.safeParse(wanted.as ?? wanted.name);
    if (!name.success)
      return failure("INPUT_INVALID", `Give it another name: ${name.error.issues[0]?.message ?? ""}`, { field: "as" });
    return this.#deps.mcp.save(name.data, wantedOf(chosen.entry), false);
  }

  async #look(projectId: string | undefined): Promise<{ found: Found[]; problems: McpFoundList["problems"] }> {
    const { home, shellEnv, trustedFolder } = this.#deps;
    const project = projectId === undefined ? null : await trustedFolder(projectId);
    const problems: McpFoundList["problems"] = [];
    const found: Found[] = [];
    for (const from of importFiles({ home, env: await shellEnv(), platform: process.platform }, project)) {
      const bytes = readRegular(from.path, maxFileBytes);
      if (!bytes) continue;
      const read = readImport(bytes.toString("utf8"), from.format, project);
      if (!read.ok) problems.push({ path: from.path, message: read.error });
      else found.push(...Object.entries(read.value).map(([name, value]) => foundOf(from, name, value)));
    }
    return { found, problems };
  }

  #describe({ from, name, entry, problem }: Found): McpFound {
    const listed = this.#deps.list.find(name);
    const hash = entry ? hashOf(entry) : "";
    return {
      ...{ owner: from.owner, path: from.path, name, hash, problem },
      ...(entry ? { type: entry.type, ...describeEntry(entry) } : { type: "stdio", what: "", sets: [] }),
      floating: entry && floatingPackage(entry),
      isListed: listed !== null && entry !== null && describeEntry(listed).what === describeEntry(entry).what,
    };
  }
}

function foundOf(from: ImportFile, name: string, value: unknown): Found {
  const translated = translateEntry(value, { geminiStyle: /\.(gemini|qwen)[\\/]/.test(from.path) });
  return { from, name, entry: translated.ok ? translated.value : null, problem: translated.ok ? null : translated.error };
}

/** Names variables, after a word like `Bearer` at most: there is nothing in it to be kept. */
function isReference(value: string): boolean {
  return /^(?:[A-Za-z]+ )?(?:\$\{\w+\}[:@]?)+$/.test(value);
}

function wantedOf(entry: McpEntry): WantedMcpEntry {
  const values = Object.fromEntries(
    Object.entries(valuesOf(entry)).map(([name, value]): [string, WantedValue] => [
      name,
      (entry.type !== "stdio" || isSecretName(name)) && value !== "" && !isReference(value) ? { secret: value } : value,
    ]),
  );
  if (entry.type === "stdio") return { type: "stdio", command: entry.command, args: entry.args, env: values, shared: false };
  return { type: entry.type, url: entry.url, headers: values };
}
