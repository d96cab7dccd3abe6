import type { ToolKind } from "../../../shared/run-event.ts";
import { isRecord } from "../../../shared/is-record.ts";
import type { ToolPatch } from "../port.ts";
import type { ToolPart } from "./shapes.ts";

const kinds: Readonly<Record<string, ToolKind>> = {
  bash: "execute",
  edit: "edit",
  write: "edit",
  multiedit: "edit",
  patch: "edit",
  apply_patch: "edit",
  read: "read",
  list: "read",
  lsp: "read",
  glob: "search",
  grep: "search",
  codesearch: "search",
  webfetch: "fetch",
  websearch: "fetch",
};

/** What a tool of opencode's, or a permission of its, is about. Tools of MCP servers and plugins can be anything. */
export function kindOf(tool: string): ToolKind {
  return Object.hasOwn(kinds, tool) ? (kinds[tool] ?? "other") : "other";
}

const statuses = { pending: "pending", running: "in_progress", completed: "completed", error: "failed" } as const;

/** A tool part in our words, under the call's name in its session. Pure. */
export function toolPatch(name: string, { tool, state }: ToolPart): ToolPatch {
  const { status, input, title, output, error, metadata } = state;
  const file = [input["filePath"], input["path"]].find((value) => typeof value === "string" && value !== "");
  const said = output ?? error ?? (typeof metadata["output"] === "string" ? metadata["output"] : undefined);
  const patch: ToolPatch = { id: name, kind: kindOf(tool), title: titleOf(tool, title, input), status: statuses[status] };
  if (Object.keys(input).length > 0) patch.input = input;
  if (typeof file === "string") patch.locations = [{ path: file }];
  if (said !== undefined && said !== "") patch.output = said;
  if (typeof metadata["exit"] === "number" && Number.isInteger(metadata["exit"])) patch.ending = { exitCode: metadata["exit"] };
  const diff = pieceOf(input);
  if (status === "completed" && diff && typeof file === "string") patch.diff = [{ path: file, ...diff }];
  return patch;
}

function titleOf(tool: string, title: string | undefined, input: Record<string, unknown>): string {
  const named = [title, input["description"], input["command"], input["filePath"], input["pattern"], input["url"]];
  const found = named.find((value): value is string => typeof value === "string" && value !== "");
  return found === undefined || tool === found ? tool : found;
}

/** What an edit changed, as the model wrote it. */
function pieceOf(input: unknown): { oldText: string | null; newText: string } | null {
  if (!isRecord(input)) return null;
  const { oldString, newString, content } = input;
  if (typeof newString === "string") return { oldText: typeof oldString === "string" ? oldString : null, newText: newString };
  return typeof content === "string" ? { oldText: null, newText: content } : null;
}
