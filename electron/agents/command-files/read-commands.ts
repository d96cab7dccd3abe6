import { readdirSync, realpathSync } from "node:fs";
import path from "node:path";
import type { FileCommand, FileCommands } from "../../../shared/contract/agent-commands.ts";
import { isInside } from "../../lib/inside.ts";
import { readRegular } from "../../lib/read-regular.ts";
import { realFolder } from "../../lib/real-folder.ts";
import { describeCommand, splitMarkdown } from "./describe.ts";
import { sectionsOf } from "./sections.ts";
import type { CommandPlace } from "./places.ts";
import { nextTurn } from "../../lib/slices.ts";

const mostCommands = 500;
const mostEntries = 2000;
const deepest = 4;
const largestBytes = 64 * 1024;
/** So many are read before others have their turn. */
const atATime = 20;

/** `workingCopy`: null where only the person's are read. */
export type CommandRoots = { workingCopy: string | null; env: Readonly<Record<string, string | undefined>> };

/**
 * The commands and skills in these places, each name once: the project's stand before the person's. Nothing is run, and
 * of a project nothing is read that lies outside of it.
 */
export async function readCommands(places: readonly CommandPlace[], from: CommandRoots): Promise<FileCommands> {
  const found = new Map<string, FileCommand>();
  const budget = { entries: mostEntries };
  for await (const { command } of commandsIn(places, from, budget))
    if (found.size < mostCommands && !found.has(command.name)) found.set(command.name, command);
  return { commands: [...found.values()], complete: budget.entries > 0 && found.size < mostCommands };
}

/** The text of the command of that name, the folder in which it lies, and its file as a person sees it; null: there is none. */
export async function readCommandFile(
  name: string,
  places: readonly CommandPlace[],
  from: CommandRoots,
): Promise<{ text: string; folder: string; file: string } | null> {
  for await (const { command, text, folder } of commandsIn(places, from, { entries: mostEntries }))
    if (command.name === name) return { text, folder, file: command.file };
  return null;
}

type FoundCommand = { command: FileCommand; text: string; folder: string };

async function* commandsIn(
  places: readonly CommandPlace[],
  { workingCopy, env }: CommandRoots,
  budget: { entries: number },
): AsyncGenerator<FoundCommand, void, undefined> {
  for (const place of places) {
    const base = baseOf(place, workingCopy, env);
    const folder = base && realFolder(path.join(base.path, base.folder));
    if (!base || !folder) continue;
    if (place.in === "project" && !isInside(folder, realpathSync(base.path))) continue;
    for (const [at, parts] of filesIn(folder, place, budget).entries()) {
      if (at % atATime === 0) await nextTurn();
      yield* readFile(place, folder, parts, path.posix.join(base.shown, ...parts));
    }
  }
}

function baseOf(
  { in: where, folder, moved }: CommandPlace,
  workingCopy: string | null,
  env: Readonly<Record<string, string | undefined>>,
): { path: string; folder: string; shown: string } | null {
  if (where === "project") return workingCopy === null ? null : { path: workingCopy, folder, shown: folder };
  const home = env["HOME"] ?? env["USERPROFILE"];
  const other = moved === undefined ? undefined : env[moved];
  const below = folder.split("/").slice(1).join("/");
  if (other && path.isAbsolute(other)) return { path: other, folder: below, shown: `$${moved}/${below}` };
  if (!home) return null;
  const config = env["XDG_CONFIG_HOME"] ?? path.join(home, ".config");
  return where === "home" ? { path: home, folder, shown: `~/${folder}` } : { path: config, folder, shown: `~/.config/${folder}` };
}

/** The parts of each file's path that is a command of this place, in the order of their names. */
function filesIn(root: string, { kind, endings, sections }: CommandPlace, budget: { entries: number }): string[][] {
  const found: string[][] = [];
  const look = (parts: string[]): void => {
    for (const entry of entriesOf(path.join(root, ...parts))) {
      budget.entries -= 1;
      if (budget.entries <= 0) return;
      const here = [...parts, entry.name];
      if (entry.isDirectory() && here.length < deepest) {
        if (!sections) look(here);
      } else if (endings.some((ending) => (kind === "skill" || sections ? entry.name === ending : entry.name.endsWith(ending))))
        found.push(here);
    }
  };
  look([]);
  return found;
}

function entriesOf(folder: string): { name: string; isDirectory(): boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch {
    return []; // Gone, or not for us to read: the agent doesn't read it either.
  }
}

/** The command in a file, or those in its sections. */
function readFile(place: CommandPlace, folder: string, parts: readonly string[], file: string): FoundCommand[] {
  const real = realFile(path.join(folder, ...parts));
  // A link that leads out of the place is read for the person's own folders only.
  if (real === null || (place.in === "project" && !isInside(real, folder))) return [];
  const text = readRegular(real, largestBytes)?.toString("utf8");
  if (text === undefined) return [];
  const form = file.endsWith(".toml") ? "toml" : "markdown";
  const owner = place.in === "project" ? "project" : "person";
  // Not where a link leads: what lies there doesn't lie with it.
  const lies = path.dirname(path.join(folder, ...parts));
  const named = place.sections ? sectionsOf(text) : [{ name: nameOf(place, parts), text }];
  return named
    .filter(({ name }) => name !== "")
    .map((one) => {
      const command: FileCommand = { name: one.name, ...describeCommand(one.text, form), kind: place.kind, owner, file };
      const problem = place.kind === "persona" ? splitMarkdown(one.text).problem : null;
      if (problem !== null) command.description = `Can't be used: ${problem}`.slice(0, 300);
      return { command, text: one.text, folder: lies };
    });
}

function nameOf({ kind, apart }: CommandPlace, parts: readonly string[]): string {
  if (kind === "skill") return parts.at(-2) ?? "";
  const names = [...parts.slice(0, -1), path.parse(parts.at(-1) ?? "").name];
  return apart === null ? (names.at(-1) ?? "") : names.join(apart);
}

function realFile(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null; // A link to nothing.
  }
}
