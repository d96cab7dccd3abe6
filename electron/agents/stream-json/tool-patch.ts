import { isRecord } from "../../../shared/is-record.ts";
import type { ToolKind } from "../../../shared/run-event.ts";
import type { ToolPatch } from "../port.ts";
import type { Block } from "./message.ts";

const kinds: Readonly<Record<string, ToolKind>> = {
  Bash: "execute",
  run_shell_command: "execute",
  Edit: "edit",
  MultiEdit: "edit",
  NotebookEdit: "edit",
  Write: "edit",
  edit: "edit",
  write_file: "edit",
  Read: "read",
  LS: "read",
  read_file: "read",
  list_directory: "read",
  Glob: "search",
  Grep: "search",
  glob: "search",
  grep_search: "search",
  WebFetch: "fetch",
  WebSearch: "fetch",
  web_fetch: "fetch",
};

/** What a tool is about. Those of MCP servers and plugins can be anything. */
export function kindOf(tool: string): ToolKind {
  return Object.hasOwn(kinds, tool) ? (kinds[tool] ?? "other") : "other";
}

/** A call with what it was given. Pure. */
export function calledTool(id: string, name: string, input: Record<string, unknown>): ToolPatch {
  const file = fileOf(input);
  const patch: ToolPatch = { id, kind: kindOf(name), title: titleOf(name, input), status: "in_progress", input };
  if (file !== null) patch.locations = [{ path: file }];
  return patch;
}

/** What came of it, with what it changed where `input` was an edit's. Pure. */
export function endedTool(id: string, { content, is_error }: Block, name: string, input: Record<string, unknown>): ToolPatch {
  const output = outputText(content);
  const patch: ToolPatch = { id, status: is_error ? "failed" : "completed" };
  if (output !== "") patch.output = output;
  const piece = is_error || kindOf(name) !== "edit" ? null : pieceOf(input);
  const file = fileOf(input);
  if (piece && file !== null) patch.diff = [{ path: file, ...piece }];
  return patch;
}

/** The file that a call names. */
export function fileOf(input: Record<string, unknown>): string | null {
  return textAt(input, ["file_path", "notebook_path", "absolute_path", "path"]);
}

function titleOf(name: string, input: Record<string, unknown>): string {
  const said = textAt(input, ["command", "file_path", "notebook_path", "pattern", "url", "query", "description", "path"]);
  return said ?? name;
}

/** As the model wrote it; of the whole file nobody knows here. */
function pieceOf(input: Record<string, unknown>): { oldText: string | null; newText: string } | null {
  const { old_string, new_string, content } = input;
  if (typeof new_string === "string") return { oldText: typeof old_string === "string" ? old_string : null, newText: new_string };
  return typeof content === "string" ? { oldText: null, newText: content } : null;
}

function outputText(content: unknown): string {
  if (typeof content === "string") return content;
  if (!Array.isArray(content)) return "";
  return (content as unknown[])
    .flatMap((part) => (isRecord(part) && typeof part["text"] === "string" ? [part["text"]] : []))
    .join("\n");
}

function textAt(input: Record<string, unknown>, names: readonly string[]): string | null {
  const found = names.map((name) => input[name]).find((value) => typeof value === "string" && value.trim() !== "");
  return typeof found === "string" ? found : null;
}
