import type { McpServer } from "../../shared/contract/mcp.ts";
import type { WantedMcpEntry, WantedValue } from "../../shared/mcp-entry.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import { readCommand, writeCommand } from "./read-command.ts";

/** A variable or a header in the form. `known`: there is one already, whose value stays where none is typed. */
export type ValueRow = { name: string; value: string; secret: boolean; known: boolean };
export type McpDraft = { name: string; type: McpServer["type"]; line: string; values: ValueRow[]; shared: boolean };

export const emptyRow: ValueRow = { name: "", value: "", secret: true, known: false };

/** What the form shows at first; no value is known here. */
export function draftOf(server: McpServer | null): McpDraft {
  if (!server) return { name: "", type: "stdio", line: "", values: [], shared: false };
  const { name, type, words, what, sets, secrets, shared } = server;
  const kept = new Set(secrets.map((secret) => secret.name));
  const values = sets.map((one): ValueRow => ({ name: one, value: "", secret: kept.has(one), known: true }));
  return { name, type, line: type === "stdio" ? writeCommand(words) : what, values, shared };
}

/** What the form says, as the core takes it, or what is wrong with the command. */
export function wantedOf({ type, line, values, shared }: McpDraft): Result<WantedMcpEntry, string> {
  const named = Object.fromEntries(
    values.flatMap(({ name, ...row }) => (name.trim() === "" ? [] : [[name.trim(), valueOf(row)]])),
  );
  if (type !== "stdio") return ok({ type, url: line.trim(), headers: named });
  const read = readCommand(line.trim());
  return read.ok ? ok({ type, ...read.value, env: named, shared }) : fail(read.error);
}

/** What names something of the login shell is no secret itself, and has to stand in the file. */
function valueOf({ value, secret, known }: Omit<ValueRow, "name">): WantedValue {
  if (value === "" && known) return null;
  return secret && value !== "" && !value.includes("${") ? { secret: value } : value;
}
