import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import * as z from "zod";
import type { PermissionAction, ToolDiff } from "../../../shared/run-event.ts";
import { quoteWords } from "../../../shared/shell-words.ts";
import type { AskOption } from "../port.ts";
import { decodeDiffs } from "./decode.ts";
import { isQuietSetting } from "./quiet-settings.ts";

const request = z.object({
  title: z.string().nullish().catch(null),
  kind: z.string().nullish().catch(null),
  rawInput: z.record(z.string(), z.unknown()).nullish().catch(null),
  locations: z
    .array(z.object({ path: z.string() }))
    .nullish()
    .catch(null),
  content: z.array(z.unknown()).nullish().catch(null),
});

/**
 * What an agent asks for, from structured fields only. Its title is a claim, and nothing is read out of it; where it is
 * all that is told of a command, it stands as that. Where fields contradict the declared kind, the most consequential one counts: a command is an execution and a diff is an edit,
 * whatever the agent calls it. Paths are absolute, resolved against `cwd` by their text as agents resolve them (`~`,
 * `file:`); `undecodable` where nothing can be inspected. Pure.
 */
export function permissionAction(toolCall: unknown, cwd: string, home: string = os.homedir()): PermissionAction {
  let lost = false;
  const action = readAction(toolCall, (name) => {
    const resolved = resolveNamed(name, cwd, home);
    lost ||= resolved === null;
    return resolved ?? name;
  });
  return lost ? { kind: "undecodable" } : action;
}

type Absolute = (name: string) => string;

/** Where an agent's own tools may find what it names; null where that hangs on variables, other users or other schemes. */
function resolveNamed(name: string, cwd: string, home: string): string | null {
  if (/^~([/\\]|$)/.test(name)) return path.join(home, name.slice(1));
  if (/^~|^\$(\{|[a-z_]\w*([/\\]|$))|^%\w+%/i.test(name)) return null;
  if (!/^(file:|[a-z][a-z0-9+.-]+:\/\/)/i.test(name)) return path.resolve(cwd, name);
  try {
    return fileURLToPath(name);
  } catch {
    return null; // Another scheme, another host, or not an address at all.
  }
}

function readAction(toolCall: unknown, absolute: Absolute): PermissionAction {
  const parsed = request.safeParse(toolCall);
  if (!parsed.success) return { kind: "undecodable" };
  const { kind, locations, content } = parsed.data;
  const input = parsed.data.rawInput ?? {};
  const command = executionOf(input, absolute);
  if (command) return command;
  const declared = kind ?? "other";
  const shown = decodeDiffs(content ?? []);
  const diff = (shown.length > 0 || declared !== "edit" ? shown : diffOf(input)).map((entry) => ({
    ...entry,
    path: absolute(entry.path),
  }));
  const named = [...diff.map((entry) => entry.path), ...(locations ?? []).map((entry) => entry.path), ...pathsOf(input)];
  const paths = [...new Set(named.map(absolute))];
  const claim = parsed.data.title?.trim() ?? "";
  const isBare = diff.length === 0 && Object.keys(input).length === 0;
  if (declared === "execute" && isBare && claim !== "") return { kind: "execute", claim };
  if (declared === "move" || declared === "delete")
    return paths.length > 0 ? withDiff({ kind: declared, paths }, diff) : { kind: "undecodable" };
  if (diff.length > 0) return withDiff({ kind: "edit", paths }, diff);
  const url = stringAt(input, ["url", "uri"]);
  // Any tool may be given an address; only one that is said to fetch is known to do nothing else with it.
  if (url !== null) return declared === "fetch" ? { kind: "fetch", url } : { kind: "undecodable" };
  if (declared === "edit" && paths.length > 0) return { kind: "edit", paths };
  if ((declared === "read" || declared === "search") && paths.length > 0) return { kind: "read", paths };
  return paths.length > 0 ? { kind: "other", paths } : { kind: "undecodable" };
}

/** A program with its arguments, as a permission names it and `terminal/create` asks for it: equal where they are. */
export function executeAction(argv: readonly string[], cwd: string, env: Record<string, string> = {}): PermissionAction {
  // Variables change what a program does, so they are part of what is shown and approved, but for a few that can't.
  const isQuiet = ([name, value]: [string, string]): boolean => isQuietSetting(name, value);
  const settings = Object.entries(env)
    .filter((setting) => !isQuiet(setting))
    .map(asSetting);
  const quietSettings = Object.entries(env).filter(isQuiet).map(asSetting);
  const whole = settings.length > 0 ? ["env", ...settings, ...argv] : [...argv];
  return {
    ...{ kind: "execute", command: quoteWords(whole), argv: whole, cwd },
    ...(quietSettings.length > 0 ? { quietSettings } : {}),
  };
}

function asSetting([name, value]: [string, string]): string {
  return `${name}=${value}`;
}

function executionOf(input: Record<string, unknown>, absolute: Absolute): PermissionAction | null {
  const folder = absolute(stringAt(input, ["cwd", "workdir", "working_directory", "directory"]) ?? ".");
  const command = input["command"] ?? input["cmd"];
  const args = z.array(z.string()).safeParse(input["args"] ?? input["argv"]);
  if (typeof command === "string" && command.trim() !== "")
    return args.success ? executeAction([command, ...args.data], folder) : { kind: "execute", command, cwd: folder };
  const words = z
    .array(z.string())
    .min(1)
    .safeParse(command ?? input["argv"]);
  return words.success ? executeAction(words.data, folder) : null;
}

const pathFields = [
  "path",
  "file_path",
  "filePath",
  "filepath",
  "abs_path",
  "absolute_path",
  "notebook_path",
  "from",
  "to",
  "source",
  "destination",
  "old_path",
  "new_path",
  "oldPath",
  "newPath",
  "target_file",
];

function pathsOf(input: Record<string, unknown>): string[] {
  const single = pathFields.map((field) => input[field]).filter((value) => typeof value === "string" && value !== "");
  const many = z.array(z.string()).safeParse(input["paths"]);
  return [...single, ...(many.success ? many.data : [])].filter((value) => typeof value === "string");
}

/** For agents that send the pieces of an edit and no diff. */
function diffOf(input: Record<string, unknown>): ToolDiff[] {
  const file = stringAt(input, ["file_path", "filePath", "filepath", "path"]);
  const after = stringAt(input, ["new_string", "newString", "new_text", "content"]);
  if (file === null || after === null) return [];
  return [{ path: file, oldText: stringAt(input, ["old_string", "oldString", "old_text"]), newText: after }];
}

function withDiff(action: PermissionAction, diff: ToolDiff[]): PermissionAction {
  return diff.length > 0 ? { ...action, diff } : action;
}

function stringAt(input: Record<string, unknown>, fields: readonly string[]): string | null {
  for (const field of fields) {
    const value = input[field];
    if (typeof value === "string") return value;
  }
  return null;
}

const meanings = {
  allow_once: { effect: "allow", lasts: "once" },
  allow_always: { effect: "allow", lasts: "always" },
  reject_once: { effect: "reject", lasts: "once" },
  reject_always: { effect: "reject", lasts: "always" },
} as const;

const option = z.object({
  optionId: z.string(),
  kind: z.enum(["allow_once", "allow_always", "reject_once", "reject_always"]),
  name: z.string().catch(""),
});

/** The options that can be offered: of known kinds, and no id that stands for two different things. */
export function permissionOptions(options: unknown): AskOption[] {
  const list = Array.isArray(options)
    ? options.map((entry) => option.safeParse(entry)).flatMap((entry) => (entry.success ? [entry.data] : []))
    : [];
  const kinds = new Map<string, Set<string>>();
  for (const entry of list) kinds.set(entry.optionId, (kinds.get(entry.optionId) ?? new Set()).add(entry.kind));
  const clear = list.filter((entry) => kinds.get(entry.optionId)?.size === 1);
  return clear
    .filter((entry, index) => clear.findIndex((other) => other.optionId === entry.optionId) === index)
    .map(({ optionId, name, kind }) => ({ id: optionId, name, ...meanings[kind] }));
}
