import { createHash } from "node:crypto";
import type { McpList } from "../../shared/contract/mcp.ts";
import { isRecord } from "../../shared/is-record.ts";
import { mcpEntry, type McpEntry } from "../../shared/mcp-entry.ts";
import { readHandWritten } from "../lib/hand-written-json.ts";

export type ReadServers = { servers: Map<string, McpEntry>; problems: McpList["problems"] };

/** The person's file, as far as it is valid; never throws. */
export function readServers(file: string): ReadServers {
  const { fields, lineOf, problem } = readHandWritten(file);
  const servers = new Map<string, McpEntry>();
  if (problem) return { servers, problems: [{ field: "mcp.json", ...problem }] };
  const problems: McpList["problems"] = [];
  const listed = fields["mcpServers"] ?? {};
  if (!isRecord(listed))
    return {
      servers,
      problems: [{ field: "mcpServers", line: lineOf(["mcpServers"]), message: "It isn't an object of servers" }],
    };
  for (const [name, value] of Object.entries(listed)) {
    const parsed = mcpEntry.safeParse(value);
    if (parsed.success) servers.set(name, parsed.data);
    else
      problems.push({
        field: `mcpServers.${name}`,
        line: lineOf(["mcpServers", name]),
        message: "It needs a command, or a type (http or sse) with an url",
      });
  }
  return { servers, problems };
}

/** Changes with anything that decides what would run or be asked; how many processes run of it decides neither. */
export function hashOf(entry: McpEntry): string {
  const { shared: _shared, ...what } = { shared: false, ...entry };
  return createHash("sha256")
    .update(JSON.stringify(sorted(what)))
    .digest("hex");
}

/** The entry in a line, without the values of variables and headers. */
export function describeEntry(entry: McpEntry): { what: string; sets: string[] } {
  const sets = Object.keys(valuesOf(entry));
  if (entry.type === "stdio") return { what: [entry.command, ...entry.args].map(shellWord).join(" "), sets };
  return { what: entry.url, sets };
}

/** Its variables, or its headers. */
export function valuesOf(entry: McpEntry): Record<string, string> {
  return entry.type === "stdio" ? entry.env : entry.headers;
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : JSON.stringify(word);
}

function sorted(value: unknown): unknown {
  if (!isRecord(value)) return value;
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, inner]) => [key, sorted(inner)]);
}
