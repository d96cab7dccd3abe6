import * as z from "zod";
import { planEntry, toolKind, type ToolDiff, type Usage } from "../../../shared/run-event.ts";
import type { AgentUpdate, ToolPatch } from "../port.ts";
import { isRecord } from "../../../shared/is-record.ts";

/**
 * `session/update` of any agent → our words. Pure and tolerant: a field of another shape than the protocol's counts as
 * absent, and what isn't known at all returns null, to be counted. An empty list is an update that says nothing.
 * `config_option_update` is not decoded here: it needs what the session knows already (see session-state.ts).
 * What comes by the thousand (text, tool calls) is looked at field by field: a schema costs more than all else on the way.
 */
export function decodeUpdate(update: unknown): AgentUpdate[] | null {
  if (!isRecord(update)) return null;
  const body = update;
  switch (body["sessionUpdate"]) {
    case "agent_message_chunk":
      return [...chunk("text", body), ...callUsage(body["_meta"])];
    case "agent_thought_chunk":
      return chunk("reasoning", body);
    case "tool_call":
    case "tool_call_update": {
      const tool = decodeTool(body);
      return tool ? [{ type: "tool", tool }] : null;
    }
    case "plan":
      return [{ type: "plan", entries: list(body["entries"], planEntry) }];
    case "available_commands_update":
      return [{ type: "commands", commands: list(body["availableCommands"], command) }];
    case "current_mode_update":
      return typeof body["currentModeId"] === "string" ? [{ type: "mode", modeId: body["currentModeId"] }] : null;
    case "usage_update":
      return [{ type: "usage", usage: contextUsage(body) }];
    case "session_info_update":
      return typeof body["title"] === "string" && body["title"].trim() !== "" ? [{ type: "title", title: body["title"] }] : [];
    case "notice":
      return notice(body);
    case "compaction_update":
      return body["status"] === "completed" ? [{ type: "compacted" }] : [];
    case "user_message_chunk":
    case "compaction_summary_chunk":
    case "plan_update":
    case "plan_removed":
      return [];
    default:
      return null;
  }
}

/** Only these of what may be half a megabyte: some agents send the text of each command's skill along. */
const command = z
  .object({ name: z.string(), description: z.string().catch(""), input: z.object({ hint: z.string() }).nullish().catch(null) })
  .transform(({ name, description, input }) => ({
    name,
    description: description.slice(0, 2000),
    ...(input?.hint ? { hint: input.hint.slice(0, 500) } : {}),
  }));

function chunk(type: "text" | "reasoning", body: Record<string, unknown>): AgentUpdate[] {
  const said = contentText(body["content"]);
  if (said === "") return [];
  const messageId = body["messageId"];
  return [typeof messageId === "string" ? { type, text: said, messageId } : { type, text: said }];
}

function contentText(block: unknown): string {
  if (!isRecord(block)) return "";
  switch (block["type"]) {
    case "text":
      return typeof block["text"] === "string" ? block["text"] : "";
    case "resource_link":
      return `[${String(block["name"] ?? "link")}](${String(block["uri"] ?? "")})`;
    case "resource": {
      const { resource } = block;
      return isRecord(resource) && typeof resource["text"] === "string" ? resource["text"] : "";
    }
    case "image":
      return "[image]";
    case "audio":
      return "[audio]";
    default:
      return "";
  }
}

const location = z
  .object({ path: z.string(), line: z.int().nullish().catch(null) })
  .transform(({ path, line }) => (line === null || line === undefined ? { path } : { path, line }));
const statuses = ["pending", "in_progress", "completed", "failed"] as const;
const kindOrOther = toolKind.catch("other");

/** A tool call as a permission request or an update tells it; null without an id. */
export function decodeTool(value: unknown): ToolPatch | null {
  if (!isRecord(value) || typeof value["toolCallId"] !== "string") return null;
  const body = value;
  const tool: ToolPatch = { id: value["toolCallId"] };
  if (typeof body["title"] === "string") tool.title = body["title"];
  if (body["kind"] !== undefined && body["kind"] !== null) tool.kind = kindOrOther.parse(body["kind"]);
  const status = statuses.find((known) => known === body["status"]);
  if (status) tool.status = status;
  if (Array.isArray(body["locations"])) tool.locations = list(body["locations"], location);
  if (body["rawInput"] !== undefined && body["rawInput"] !== null) tool.input = body["rawInput"];
  if (Array.isArray(body["content"])) addContent(tool, body["content"]);
  tool.output ??= outputText(body["rawOutput"]);
  if (tool.output === undefined) delete tool.output;
  const ending = endingOf(body);
  if (ending) tool.ending = ending;
  return tool;
}

const exitCode = z.int();

/** Agents have no common field for it: codex tells it in its output or in `_meta`, opencode in its output's metadata. */
function endingOf({ rawOutput, _meta }: Record<string, unknown>): ToolPatch["ending"] {
  const output = isRecord(rawOutput) ? rawOutput : {};
  const exit = isRecord(_meta) ? _meta["terminal_exit"] : undefined;
  const places = [output, output["metadata"], exit].filter(isRecord);
  const codes = places.flatMap((place) => [place["exit_code"], place["exitCode"], place["exit"]]);
  const code = codes.map((each) => exitCode.safeParse(each)).find(({ success }) => success)?.data;
  const timedOut = places.some((place) => place["timed_out"] === true || place["timedOut"] === true);
  if (code === undefined && !timedOut) return undefined;
  return { ...(code === undefined ? {} : { exitCode: code }), ...(timedOut ? { timedOut } : {}) };
}

function addContent(tool: ToolPatch, items: unknown[]): void {
  const texts: string[] = [];
  for (const item of items) {
    if (!isRecord(item)) continue;
    if (item["type"] === "content") texts.push(contentText(item["content"]));
    else if (item["type"] === "terminal" && typeof item["terminalId"] === "string") tool.terminal = item["terminalId"];
  }
  const diffs = decodeDiffs(items.filter((item) => isRecord(item) && item["type"] === "diff"));
  if (diffs.length > 0) tool.diff = diffs;
  if (texts.some((entry) => entry !== "")) tool.output = texts.join("\n");
}

const diff = z.object({
  type: z.literal("diff"),
  path: z.string(),
  oldText: z
    .string()
    .nullish()
    .transform((old) => old ?? null),
  newText: z.string(),
});

export function decodeDiffs(items: unknown): ToolDiff[] {
  return list(items, diff).map(({ path, oldText, newText }) => ({ path, oldText, newText }));
}

function outputText(raw: unknown): string | undefined {
  if (typeof raw === "string") return raw;
  if (!isRecord(raw)) return undefined;
  return [raw["output"], raw["text"], raw["error"]].find((said) => typeof said === "string" && said !== "") as string | undefined;
}

const count = z.number().nonnegative().nullish().catch(null);

const contextFigures = z.object({ used: count, size: count, cost: z.object({ amount: count }).nullish().catch(null) });

function contextUsage(body: Record<string, unknown>): Partial<Usage> {
  const parsed = contextFigures.safeParse(body);
  if (!parsed.success) return {};
  const { used, size, cost } = parsed.data;
  return {
    contextUsed: used ?? null,
    contextSize: size ?? null,
    ...(typeof cost?.amount === "number" ? { cost: cost.amount } : {}),
  };
}

const tokens = z.object({
  inputTokens: count,
  outputTokens: count,
  cachedReadTokens: count,
  thoughtTokens: count,
});

/** Token counts as a prompt's answer carries them, or (qwen) an empty chunk after each call of the model. */
export function decodeTokens(value: unknown): Pick<Usage, "input" | "cached" | "output" | "reasoning"> | null {
  const parsed = tokens.safeParse(value);
  if (!parsed.success) return null;
  const { inputTokens, outputTokens, cachedReadTokens, thoughtTokens } = parsed.data;
  if (inputTokens === null || inputTokens === undefined) return null;
  return { input: inputTokens, output: outputTokens ?? null, cached: cachedReadTokens ?? null, reasoning: thoughtTokens ?? null };
}

function callUsage(meta: unknown): AgentUpdate[] {
  const usage = typeof meta === "object" && meta !== null && "usage" in meta ? decodeTokens(meta.usage) : null;
  return usage ? [{ type: "usage", usage }] : [];
}

function notice(body: Record<string, unknown>): AgentUpdate[] {
  const parts = [body["title"], body["description"]].filter((part) => typeof part === "string" && part !== "");
  return parts.length > 0 ? [{ type: "notice", kind: "warning", message: parts.join(": ").slice(0, 2000) }] : [];
}

/** The entries of the right shape. */
function list<T>(value: unknown, entry: z.ZodType<T>): T[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    const parsed = entry.safeParse(item);
    return parsed.success ? [parsed.data] : [];
  });
}
