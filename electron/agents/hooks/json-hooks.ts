import { getNodeValue, parseTree, type JSONPath, type ParseError } from "jsonc-parser";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { isRecord } from "../../../shared/is-record.ts";
import { insertInto, removeAt } from "./json-text.ts";

/** Event → the command that is run at it. */
export type Commands = ReadonlyMap<string, string>;

type Hooks = Record<string, unknown>;

/** The settings with a hook for each event; fails, with the reason, where they aren't what they must be. Pure. */
export function addCommands(settings: string, commands: Commands): Result<string, string> {
  const read = readHooks(settings);
  if (!read.ok) return read;
  const groups = [...commands].map(([event, command]) => [event, { hooks: [{ type: "command", command }] }] as const);
  const wrong = groups.find(([event]) => read.value?.[event] !== undefined && !Array.isArray(read.value[event]));
  if (wrong) return fail(`its field "hooks.${wrong[0]}" isn't a list`);
  let text = settings.trim() === "" ? "{}\n" : settings;
  if (read.value === null) {
    const all = Object.fromEntries(groups.map(([event, group]) => [event, [group]]));
    text = insertInto(text, [], "hooks", all);
    return hasCommands(text, commands) ? ok(text) : fail("a hook can't be put beside what stands in it");
  }
  for (const [event, group] of groups)
    text =
      read.value[event] === undefined
        ? insertInto(text, ["hooks"], event, [group])
        : insertInto(text, ["hooks", event], null, group);
  return hasCommands(text, commands) ? ok(text) : fail("a hook can't be put beside what stands in it");
}

/**
 * The settings without these commands, and without what would be left empty that `before` didn't have: the file as it
 * was, null where there was none, undefined where nobody knows. Pure.
 */
export function removeCommands(settings: string, commands: Commands, before: string | null | undefined): Result<string, string> {
  const read = readHooks(settings);
  if (!read.ok) return read;
  const earlier = readHooks(before ?? "");
  const had = (earlier.ok ? earlier.value : null) ?? {};
  const ours = new Set(commands.values());
  let text = settings;
  for (let at = placeOf(read.value, ours); at !== null; at = placeOf(hooksIn(text), ours)) {
    const next = removeAt(text, at);
    if (next === text || hooksIn(next) === null) return fail("its hooks can't be told apart");
    text = next;
  }
  if (text === settings) return ok(text);
  for (const event of commands.keys())
    if (had[event] === undefined && isEmpty(hooksIn(text)?.[event])) text = removeAt(text, ["hooks", event]);
  const isOurs = before !== undefined && earlier.ok && earlier.value === null;
  return ok(isOurs && isEmpty(hooksIn(text)) ? removeAt(text, ["hooks"]) : text);
}

/** Whether one of the commands stands in the settings as a hook. */
export function hasCommands(settings: string, commands: Commands): boolean {
  return placeOf(hooksIn(settings), new Set(commands.values())) !== null;
}

export function sameSettings(one: string, other: string): boolean {
  const [first, second] = [read(one), read(other)];
  return first.ok && second.ok && JSON.stringify(first.value) === JSON.stringify(second.value);
}

/** The `hooks` of settings; null where they have none. */
function readHooks(settings: string): Result<Hooks | null, string> {
  const whole = settings.trim() === "" ? ok({}) : read(settings);
  if (!whole.ok) return whole;
  const hooks = isRecord(whole.value) ? whole.value["hooks"] : undefined;
  return hooks === undefined || isRecord(hooks) ? ok(hooks ?? null) : fail('its field "hooks" isn\'t an object');
}

function hooksIn(settings: string): Hooks | null {
  const read = readHooks(settings);
  return read.ok ? read.value : null;
}

function read(settings: string): Result<unknown, string> {
  const errors: ParseError[] = [];
  const root = parseTree(settings, errors, { allowTrailingComma: true });
  const [error] = errors;
  if (!error && root?.type === "object") return ok(getNodeValue(root));
  const line = settings.slice(0, error?.offset ?? 0).split("\n").length;
  return fail(`it isn't a JSON object (line ${line})`);
}

/** Where the first of our commands stands: its group, where nothing else is in that. */
function placeOf(hooks: Hooks | null, ours: ReadonlySet<string>): JSONPath | null {
  for (const [event, groups] of Object.entries(hooks ?? {}))
    for (const [group, value] of Array.isArray(groups) ? groups.entries() : []) {
      const inGroup: unknown = isRecord(value) ? value["hooks"] : null;
      const at = Array.isArray(inGroup) ? inGroup.findIndex((hook) => isOurs(hook, ours)) : -1;
      if (at === -1 || !Array.isArray(inGroup)) continue;
      return inGroup.length === 1 ? ["hooks", event, group] : ["hooks", event, group, "hooks", at];
    }
  return null;
}

function isOurs(hook: unknown, ours: ReadonlySet<string>): boolean {
  return isRecord(hook) && typeof hook["command"] === "string" && ours.has(hook["command"]);
}

function isEmpty(value: unknown): boolean {
  return (Array.isArray(value) && value.length === 0) || (isRecord(value) && Object.keys(value).length === 0);
}
