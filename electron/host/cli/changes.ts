import path from "node:path";
import { placeName, type ApplyPlace } from "../../../shared/apply-place.ts";
import type { ApplyResult, PendingChange } from "../../../shared/contract/changes.ts";
import { whyNotCovered } from "../../../shared/not-covered.ts";
import { visibleText } from "../../../shared/visible-text.ts";
import { isCallError, type ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { findSession } from "./find.ts";
import { oneLine, table, type CommandTerminal } from "./terminal.ts";

export type ListOptions = { diff?: boolean; path?: string; json?: boolean };

export async function listChanges(
  rpc: HearthClient,
  io: Pick<CommandTerminal, "json" | "line" | "note" | "write">,
  wanted: string,
  options: ListOptions,
): Promise<void> {
  const session = await findSession(rpc, wanted);
  const changes = await rpc.changes.list({
    id: session.id,
    diff: options.diff === true,
    ...(options.path === undefined ? {} : { path: options.path }),
  });
  if (options.json) return io.json(changes);
  if (changes.length === 0) return io.note("No pending changes.");
  for (const line of table(changes.map(changeRow))) io.line(line);
  if (!options.diff) return;
  for (const change of changes) if (change.diff) io.write(`\n${visibleText(change.diff)}`);
}

const marks: Record<PendingChange["operation"], string> = { create: "A", edit: "M", delete: "D", rename: "R", mode: "X" };

function changeRow(change: PendingChange): string[] {
  if (change.notCovered)
    return ["?", "not covered", "", "", `${oneLine(change.path, 500)}: ${whyNotCovered({ why: change.notCovered })}`];
  const counts = change.binary ? "binary" : `+${change.additions} −${change.deletions}`;
  const name = change.oldPath === undefined ? change.path : `${change.oldPath} → ${change.path}`;
  const note = change.protected ? "  ! runs later" : "";
  return [marks[change.operation], change.review, counts, change.agent ?? "you", `${oneLine(name, 500)}${note}`];
}

export type ApplyOptions = { all?: boolean; to?: string; message?: string; dryRun?: boolean; json?: boolean };

/**
 * Brings what is named into the project's checkout, or where `--to` says, whole or not at all: else the approved changes, or all where none is.
 * In place the files are there already: it approves them, which moves the baseline.
 */
export async function apply(
  rpc: HearthClient,
  io: Pick<CommandTerminal, "json" | "line" | "note">,
  wanted: string,
  paths: string[],
  options: ApplyOptions,
): Promise<ExitCode> {
  const session = await findSession(rpc, wanted);
  const inPlace = session.workingCopy.kind === "in-place";
  const dryRun = options.dryRun === true;
  const all = options.all === true;
  const place = options.to === undefined ? {} : { to: placeOf(options.to), message: options.message ?? session.title };
  const offered = { id: session.id, all, dryRun, ...place };
  const result = paths.length > 0 ? await rpc.changes.apply({ ...offered, paths }) : await applyOffered(rpc, offered);
  if (options.json) io.json(result);
  else sayApplied(io, result, { dryRun, inPlace });
  return result.conflicts.length > 0 ? 1 : 0;
}

/** A path as the shell's user means it; all else is a branch. */
function placeOf(to: string): string {
  return /^\.{1,2}([\\/]|$)/.test(to) || path.isAbsolute(to) ? path.resolve(to) : to;
}

type Offered = { id: string; all: boolean; dryRun: boolean; to?: string; message?: string };

/** What is applied where nothing is named: without the paths that can't be written, which are told. */
async function applyOffered(rpc: HearthClient, offered: Offered): Promise<ApplyResult> {
  const whole = await applyWhole(rpc, offered);
  if (whole && (offered.dryRun || whole.conflicts.length === 0 || !whole.conflicts.every(isBlocked))) return whole;
  const preview = await rpc.changes.apply({ ...offered, dryRun: true });
  const { applied: paths, conflicts } = preview;
  if (paths.length === 0 || !conflicts.every(isBlocked)) return { ...preview, applied: [] };
  const rest = await rpc.changes.apply({ ...offered, paths });
  return { ...rest, conflicts: [...conflicts, ...rest.conflicts] };
}

/** Null where it is refused, for a path in it is hostile. */
async function applyWhole(rpc: HearthClient, offered: Offered): Promise<ApplyResult | null> {
  try {
    return await rpc.changes.apply(offered);
  } catch (error) {
    if (isCallError(error) && error.code === "PATH_REFUSED") return null;
    throw error;
  }
}

const isBlocked = ({ blocked }: ApplyResult["conflicts"][number]): boolean => blocked === true;

function sayApplied(
  io: Pick<CommandTerminal, "line" | "note">,
  result: ApplyResult,
  { dryRun, inPlace }: { dryRun: boolean; inPlace: boolean },
): void {
  const { applied, conflicts, notCovered, place } = result;
  const [would, did] = inPlace ? ["would approve", "approved"] : ["would apply", "applied"];
  for (const path of applied) io.line(`${dryRun ? would : did}  ${oneLine(path, 500)}`);
  for (const { path, reason, blocked } of conflicts)
    io.line(`${blocked ? "can't be applied" : "conflict"}  ${oneLine(path, 500)}: ${oneLine(reason)}`);
  for (const one of notCovered) io.note(`not covered  ${oneLine(one.path, 500)}: ${whyNotCovered(one)}`);
  if (applied.length + conflicts.length === 0) io.note(`No pending changes to ${inPlace ? "approve" : "apply"}.`);
  if (applied.length > 0 && inPlace && !dryRun)
    io.note("This session works in the project's own folder, so no file was written: its baseline has moved over these changes.");
  if (applied.length > 0 && place && place.kind !== "checkout") io.note(whereText(place, result));
  if (conflicts.length > 0 && applied.length > 0)
    io.note(`${applied.length} ${dryRun ? "can be applied" : "applied"}, ${conflicts.length} can't.`);
  else if (conflicts.length > 0 && !dryRun)
    io.note(`Nothing was applied: mend the conflicts in ${placeText(place)} or in the session, and apply again.`);
}

function placeText(place: ApplyPlace | null): string {
  return place === null || place.kind === "checkout" ? "your checkout" : oneLine(placeName(place));
}

function whereText({ path: folder, branch }: ApplyPlace, { commit, checkpointId }: ApplyResult): string {
  const where = oneLine(placeName({ path: folder, branch }));
  const short = commit?.slice(0, 8);
  if (short !== undefined) return `Commit ${short} on ${where}, which was at ${short}~1 before.`;
  const at = folder === null ? `On ${where}.` : `In ${where}, ${oneLine(folder, 500)}.`;
  return checkpointId === null ? at : `${at} Take it back with: hearth restore ${checkpointId}`;
}
