import { createHash } from "node:crypto";
import path from "node:path";
import type { RuleMatch } from "../../shared/contract/rules.ts";
import { protectedKind } from "../../shared/protected-paths.ts";
import type { PermissionAction } from "../../shared/run-event.ts";
import { hasHiddenCharacters } from "../../shared/visible-text.ts";
import { readCommand, runsOtherPrograms, type Command } from "../../shared/shell-command.ts";
import { realPathOf, type RealPath } from "./real-path.ts";

/** What an action would really touch, as decisions and approvals are made on it. */
export type Inspected = {
  kind: PermissionAction["kind"];
  places: RealPath[];
  /** The real folder of a command. */
  cwd: RealPath | null;
  command: Command | null;
  /** A terminal of the person's is read. */
  isTerminal: boolean;
  /** What the agent calls a command of which it gave nothing else. */
  claim: string | null;
  warnings: string[];
  /** A person must look, whatever policy and rules say. */
  mustAsk: boolean;
  /** What a rule about this would match: first what is exactly this, then its host. */
  matches: RuleMatch[];
  /** What a rule that rejects may be about: also each of several files, as it was named and where it leads. */
  rejectable: RuleMatch[];
  /** Whether it may be allowed from now on. A rule that rejects it counts in any case. */
  rememberable: boolean;
  /** Stable over retelling: names the action by what it does, not by how it was written down. */
  hash: string;
};

/** Looks at an action from inside a working copy. Reads the file system for links, changes nothing, never fails. */
export function inspect(action: PermissionAction, workingCopyPath: string, agentId: string): Inspected {
  const given = [...(action.paths ?? []), ...(action.diff ?? []).map((diff) => diff.path)];
  const found = given.map((name) => realPathOf(workingCopyPath, name));
  const places = unique(found.filter((place) => place !== null));
  const cwdPlace = realPathOf(workingCopyPath, action.cwd ?? ".");
  const command = readCommand(action);
  const lost = found.includes(null) || cwdPlace === null;
  const claimed = effectiveKind(action, command);
  const kind = lost || !isInspectable(claimed, action, places, command) ? "undecodable" : claimed;
  const claim = kind === "execute" && command === null ? (action.claim ?? null) : null;
  const facts = { kind, places, cwd: cwdPlace, command, claim };
  const guarded = kind === "read" ? [] : protectedNames(given, places, workingCopyPath);
  const outside = places.filter((place) => place.relative === null).map((place) => place.real);
  if (cwdPlace && cwdPlace.relative === null) outside.push(cwdPlace.real);
  const hidden = shownTexts(action).some(hasHiddenCharacters);
  const warnings = [
    ...guarded.map(([name, what]) => `${name} can make something run later, unasked (${what})`),
    ...outside.map((name) => `Outside the working copy: ${name}`),
    ...(hidden ? ["It contains hidden or control characters"] : []),
    ...(command?.kind === "script" && command.script.includes("\n")
      ? ["The command has more than one line: read all of it"]
      : []),
    ...(claim === null ? [] : ["That is what the agent calls it. It gave nothing that shows what will run"]),
    ...(command?.kind === "conflicting" ? ["The agent gave a command line and a list of arguments that differ"] : []),
  ];
  // Anything may stand in what the person typed there.
  const isTerminal = kind === "read" && action.terminalId !== undefined;
  const mustAsk =
    isTerminal || kind === "undecodable" || guarded.length > 0 || outside.length > 0 || hidden || command?.kind === "conflicting";
  const matches = matchesOf(facts, action, agentId);
  const rejectable = [...matches, ...filesOf(kind, given, places, workingCopyPath)];
  const [exact] = matches;
  const rememberable = !mustAsk && exact !== undefined && !(exact.kind === "command" && runsOtherPrograms(exact.argv));
  return { ...facts, isTerminal, warnings, mustAsk, matches, rejectable, rememberable, hash: hashOf(facts, action) };
}

/** An agent names the kind itself; a "read" that comes with a command, new text or an address is not one. */
function effectiveKind(action: PermissionAction, command: Command | null): PermissionAction["kind"] {
  if (action.kind === "undecodable") return "undecodable";
  if (command !== null) return "execute";
  if (action.kind === "edit" || action.kind === "delete" || action.kind === "move") return action.kind;
  if (action.diff && action.diff.length > 0) return "edit";
  return action.url === undefined ? action.kind : "fetch";
}

/** Whether the fields say what would happen. */
function isInspectable(
  kind: PermissionAction["kind"],
  action: PermissionAction,
  places: readonly RealPath[],
  command: Command | null,
): boolean {
  switch (kind) {
    case "read":
      return places.length > 0 || action.terminalId !== undefined;
    case "edit":
    case "delete":
    case "move":
      return places.length > 0;
    case "other":
      return places.length > 0 || action.tool !== undefined;
    case "execute":
      return command !== null || (action.claim?.trim() ?? "") !== "";
    case "fetch":
      return action.url !== undefined && URL.canParse(action.url);
    case "undecodable":
      return false;
  }
}

/** Names that are protected, with what they are. Outside names always ask anyway. */
function protectedNames(given: readonly string[], places: readonly RealPath[], workingCopyPath: string): [string, string][] {
  const kinds = namesOf(given, places, workingCopyPath).map((name): [string, string | null] => [
    name,
    name.startsWith("..") ? null : protectedKind(name),
  ]);
  return kinds.filter((entry): entry is [string, string] => entry[1] !== null);
}

/** From the working copy's top: as they were given, and where they lead. */
function namesOf(given: readonly string[], places: readonly RealPath[], workingCopyPath: string): string[] {
  const names = given.map((name) => path.normalize(path.isAbsolute(name) ? path.relative(workingCopyPath, name) : name));
  const led = places.flatMap((place) => (place.relative === null ? [] : [place.relative]));
  return [...new Set([...names, ...led])];
}

/** A move takes a file from one name, and writes it at the other. */
function filesOf(
  kind: PermissionAction["kind"],
  given: readonly string[],
  places: readonly RealPath[],
  workingCopyPath: string,
): RuleMatch[] {
  if (kind !== "edit" && kind !== "delete" && kind !== "move") return [];
  const actions = kind === "move" ? (["edit", "delete"] as const) : [kind];
  return namesOf(given, places, workingCopyPath).flatMap((name) =>
    actions.map((action): RuleMatch => ({ kind: "path", action, path: name })),
  );
}

/** All that a person is shown as what will happen. New text of a diff as well: that is what gets written. */
function shownTexts(action: PermissionAction): string[] {
  const texts = [action.command, action.claim, action.cwd, action.url, ...(action.argv ?? []), ...(action.paths ?? [])];
  const diffs = (action.diff ?? []).flatMap((diff) => [diff.path, diff.newText.replaceAll("\r\n", "\n")]);
  const tool = action.tool ? [action.tool.server, action.tool.name, action.tool.input] : [];
  return [...texts, ...diffs, ...tool].filter((text) => text !== undefined);
}

type Facts = Pick<Inspected, "kind" | "places" | "cwd" | "command" | "claim">;

function matchesOf({ kind, places, cwd, command, claim }: Facts, action: PermissionAction, agentId: string): RuleMatch[] {
  const [place] = places;
  if (claim !== null) return [{ kind: "claim", agentId, claim }];
  if (kind === "execute") {
    if (command?.kind !== "argv" || !cwd?.relative) return [];
    return [{ kind: "command", argv: command.argv, cwd: cwd.relative === "." ? null : cwd.relative }];
  }
  if (kind === "other" && action.tool) {
    const { server, serverHash, name } = action.tool;
    return [{ kind: "tool", server, serverHash, tool: name }];
  }
  if (kind === "fetch") return action.url === undefined ? [] : addressMatches(action.url);
  if ((kind !== "edit" && kind !== "delete") || places.length !== 1 || !place?.relative) return [];
  return [{ kind: "path", action: kind, path: place.relative }];
}

function addressMatches(address: string): RuleMatch[] {
  const { href, host, protocol } = new URL(address);
  const exact: RuleMatch = { kind: "url", url: href };
  return protocol === "https:" || protocol === "http:" ? [exact, { kind: "host", host }] : [exact];
}

function hashOf({ kind, places, cwd, command, claim }: Facts, action: PermissionAction): string {
  const said = kind === "undecodable" ? action : null;
  const diff = (action.diff ?? []).map(({ oldText, newText }) => [oldText, newText]);
  // A move's direction is in its order; the other kinds have one meaning whatever the order.
  const reals = places.map((place) => place.real);
  const paths = kind === "move" ? reals : reals.toSorted();
  const where = command === null ? null : (cwd?.real ?? null);
  const text = JSON.stringify([
    kind,
    paths,
    command ?? claim,
    where,
    action.url ?? null,
    diff,
    said,
    ...(action.terminalId === undefined ? [] : [action.terminalId]),
    ...(action.tool === undefined ? [] : [action.tool]),
  ]);
  return createHash("sha256").update(text).digest("hex");
}

function unique(places: readonly RealPath[]): RealPath[] {
  return [...new Map(places.map((place) => [place.real, place])).values()];
}
