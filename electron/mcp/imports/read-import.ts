import { parse as parseJsonc, type ParseError } from "jsonc-parser";
import { parse as parseToml } from "smol-toml";
import { isRecord } from "../../../shared/is-record.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { ImportFormat } from "./import-files.ts";

/** The servers that stand in a file of another program's, each as it stands there, or why it can't be read. */
export function readImport(text: string, format: ImportFormat, project: string | null): Result<Record<string, unknown>, string> {
  const parsed = format === "codex" ? parsedToml(text) : parsedJson(text);
  if (!parsed.ok) return parsed;
  return ok(serversIn(parsed.value, format, project));
}

function serversIn(file: Record<string, unknown>, format: ImportFormat, project: string | null): Record<string, unknown> {
  switch (format) {
    case "mcpServers":
      return record(file["mcpServers"]);
    case "opencode":
      return record(file["mcp"]);
    case "codex":
      return record(file["mcp_servers"]);
    case "vscode":
      return record(file["servers"]);
    case "claude": {
      // Besides those for everywhere it keeps some for a folder alone.
      const here = project === null ? {} : record(record(file["projects"])[project]);
      return { ...record(file["mcpServers"]), ...record(here["mcpServers"]) };
    }
  }
}

function parsedJson(text: string): Result<Record<string, unknown>, string> {
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text.replace(/^\uFEFF/, ""), errors, { allowTrailingComma: true });
  if (text.trim() === "") return ok({});
  return errors.length === 0 && isRecord(value) ? ok(value) : fail("It isn't valid JSON");
}

function parsedToml(text: string): Result<Record<string, unknown>, string> {
  try {
    return ok(parseToml(text));
  } catch (error) {
    return fail(`It isn't valid TOML: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : String(error)}`);
  }
}

function record(value: unknown): Record<string, unknown> {
  return isRecord(value) ? value : {};
}
