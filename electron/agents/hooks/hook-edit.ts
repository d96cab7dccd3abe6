import { applyPatch, createTwoFilesPatch } from "diff";
import { fail, ok, type Result } from "../../../shared/result.ts";
import { addCommands, hasCommands, removeCommands, sameSettings, type Commands } from "./json-hooks.ts";
import { pluginText } from "./plugin-text.ts";
import { hookCommand, type HookRecipe } from "./recipes.ts";

/** The text of a file; null where there is none. */
export type FileText = string | null;

/** What stands in a file for one agent's hook, and how it gets there and out. Pure. */
export type HookEdit = {
  has(text: FileText): boolean;
  /** Fails with the reason why it can't be put in. */
  add(text: FileText): Result<string, string>;
  /** `known`: the file before and after it was put in. Fails where our lines aren't ours alone any more. */
  remove(text: string, known: { before: FileText; after: string } | null): Result<FileText, string>;
};

export function hookEdit(agentId: string, { kind, events }: HookRecipe): HookEdit {
  if (kind === "json") return jsonEdit(new Map(events.map(({ event }) => [event, hookCommand(agentId, event, "stdin")])));
  if (kind === "toml") return tomlEdit(notifyLine(agentId, events[0]?.event ?? ""));
  const names = [...new Set(events.map(({ event }) => event))];
  return pluginEdit(pluginText(agentId, names));
}

/** As `git diff` would show it, without the file's name; nothing where nothing changes. */
export function patchOf(before: FileText, after: FileText): string {
  if (before === after) return "";
  const patch = createTwoFilesPatch("", "", before ?? "", after ?? "", "", "", { context: 2 });
  return patch.slice(patch.indexOf("@@"));
}

function jsonEdit(commands: Commands): HookEdit {
  return {
    has: (text) => text !== null && hasCommands(text, commands),
    add: (text) => addCommands(text ?? "", commands),
    remove(text, known) {
      if (known?.after === text) return ok(known.before);
      const removed = removeCommands(text, commands, known?.before);
      if (!removed.ok || !known) return removed;
      // Taken out line by line, the rest stays as the person wrote it, where that comes to the same.
      const byLines = [3, 0].map((context) => unpatched(text, known, context));
      return ok(byLines.find((one) => one !== null && sameSettings(one, removed.value)) ?? removed.value);
    },
  };
}

function unpatched(text: string, { before, after }: { before: FileText; after: string }, context: number): string | null {
  const patch = createTwoFilesPatch("", "", after, before ?? "", "", "", { context });
  const result = applyPatch(text, patch, { autoConvertLineEndings: false });
  return result === false ? null : result;
}

function tomlEdit(line: string): HookEdit {
  return {
    has: (text) => text?.split(/\r?\n/).includes(line) === true,
    add: (text) =>
      namesNotify(text ?? "")
        ? fail("it names a program for notices already, and there can be one only")
        : ok(`${line}${text?.includes("\r\n") ? "\r\n" : "\n"}${text ?? ""}`),
    remove: (text, known) => ok(known?.after === text ? known.before : withoutLine(text, line)),
  };
}

/** In TOML's top level, which ends at the first table. */
function namesNotify(text: string): boolean {
  const topLevel = text.slice(0, /^\s*\[/m.exec(text)?.index ?? text.length);
  return /^\s*["']?notify["']?\s*=/m.test(topLevel);
}

function withoutLine(text: string, line: string): string {
  const lines = text.split(/(?<=\n)/);
  return lines.filter((one) => one.replace(/\r?\n$/, "") !== line).join("");
}

function notifyLine(agentId: string, event: string): string {
  const words = ["/bin/sh", "-c", hookCommand(agentId, event, "argument"), "hearth-notify"];
  return `notify = [${words.map((word) => JSON.stringify(word)).join(", ")}] # added by Hearth`;
}

function pluginEdit(own: string): HookEdit {
  const [mark = own] = own.split("\n");
  return {
    // An earlier version of ours is ours.
    has: (text) => text !== null && text.startsWith(mark),
    add: (text) => (text === null ? ok(own) : fail("there is a file of that name already")),
    remove: (text, known) =>
      text === own || text === known?.after ? ok(null) : fail("it isn't the file any more that was put there"),
  };
}
