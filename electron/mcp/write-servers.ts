import { failure, type Failure } from "../../shared/errors.ts";
import { isRecord } from "../../shared/is-record.ts";
import { keptMark, type McpEntry, type WantedMcpEntry, type WantedValue } from "../../shared/mcp-entry.ts";
import { ok, type Result } from "../../shared/result.ts";
import { readHandWritten } from "../lib/hand-written-json.ts";
import { saveLinkedJson } from "../lib/save-json.ts";
import { valuesOf } from "./read-servers.ts";

type Written = Result<null, Failure<"MCP_FILE_INVALID" | "DISK_FULL">>;

/** Puts a server into the person's file, or (null) takes it out; all else in the file stays, what isn't valid too. */
export function writeServer(file: string, name: string, entry: McpEntry | null): Written {
  const { fields, problem } = readHandWritten(file);
  const listed = fields["mcpServers"] ?? {};
  if (problem) return failure("MCP_FILE_INVALID", `${file}: ${problem.message}. Mend or remove the file first.`);
  if (!isRecord(listed)) return failure("MCP_FILE_INVALID", `${file}: mcpServers isn't an object. Mend the file first.`);
  const others = Object.entries(listed).filter(([other]) => other !== name);
  const next = entry === null ? others : placed(Object.entries(listed), name, entry);
  try {
    saveLinkedJson(file, { ...fields, mcpServers: Object.fromEntries(next) });
    return ok(null);
  } catch (error) {
    return failure("DISK_FULL", `${file} couldn't be written: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function placed(listed: [string, unknown][], name: string, entry: McpEntry): [string, unknown][] {
  const at = listed.findIndex(([other]) => other === name);
  return at === -1 ? [...listed, [name, entry]] : listed.with(at, [name, entry]);
}

/**
 * What is wanted, as it is written into the file, and the secrets that aren't. A value that is to stay as it is comes
 * from `before`; where there is none it is left out.
 */
export function entryOf(
  wanted: WantedMcpEntry,
  before: McpEntry | null,
): { entry: McpEntry; secrets: Record<string, string>; kept: string[] } {
  const given = Object.entries(wanted.type === "stdio" ? wanted.env : wanted.headers);
  const old = before ? valuesOf(before) : {};
  const secrets: Record<string, string> = {};
  const values = Object.fromEntries(
    given.flatMap(([name, value]: [string, WantedValue]): [string, string][] => {
      if (typeof value === "string") return [[name, value]];
      if (value === null) return old[name] === undefined ? [] : [[name, old[name]]];
      secrets[name] = value.secret;
      return [[name, keptMark]];
    }),
  );
  const entry: McpEntry =
    wanted.type === "stdio"
      ? { type: "stdio", command: wanted.command, args: wanted.args, env: values, shared: wanted.shared }
      : { type: wanted.type, url: wanted.url, headers: values };
  return { entry, secrets, kept: keptNames(entry) };
}

/** The variables or headers whose values are kept outside of the file. */
export function keptNames(entry: McpEntry): string[] {
  return Object.entries(valuesOf(entry)).flatMap(([name, value]) => (value.includes(keptMark) ? [name] : []));
}
