import type { PendingChange } from "../../../shared/contract/changes.ts";
import { whyNotCovered } from "../../../shared/not-covered.ts";
import { visibleText } from "../../../shared/visible-text.ts";
import type { ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { findSession } from "./find.ts";
import { oneLine, table, type Terminal } from "./terminal.ts";

export async function listChanges(
  rpc: HearthClient,
  io: Terminal,
  wanted: string,
  options: { diff?: boolean; json?: boolean },
): Promise<void> {
  const session = await findSession(rpc, wanted);
  const changes = await rpc.changes.list({ id: session.id, diff: options.diff === true });
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

type ApplyOptions = { dryRun?: boolean; json?: boolean };

/** Approves what is named (or everything) and brings it into the project's checkout, all of it or nothing. */
export async function apply(
  rpc: HearthClient,
  io: Pick<Terminal, "json" | "line" | "note">,
  wanted: string,
  paths: string[],
  options: ApplyOptions,
): Promise<ExitCode> {
  const session = await findSession(rpc, wanted);
  const selection = paths.length > 0 ? { id: session.id, paths } : { id: session.id };
  const pending = (await rpc.changes.list({ id: session.id, diff: false })).filter((change) => !change.notCovered);
  if (pending.length === 0) {
    if (options.json) io.json({ applied: [], conflicts: [], checkpointId: null, notCovered: [] });
    else io.note("No pending changes to apply.");
    return 0;
  }
  const dryRun = options.dryRun === true;
  const chosen = paths.length > 0 ? paths : pending.map((change) => change.path);
  if (!dryRun) await rpc.changes.approve(selection);
  const result = await rpc.changes.apply({ id: session.id, paths: chosen, dryRun });
  if (options.json) {
    io.json(result);
  } else {
    for (const path of result.applied) io.line(`${dryRun ? "would apply" : "applied"}  ${oneLine(path, 500)}`);
    for (const { path, reason } of result.conflicts) io.line(`conflict  ${oneLine(path, 500)}: ${oneLine(reason)}`);
    for (const one of result.notCovered) io.note(`not covered  ${oneLine(one.path, 500)}: ${whyNotCovered(one)}`);
    if (result.conflicts.length > 0)
      io.note("Nothing was applied: mend the conflicts in your checkout or in the session, and apply again.");
  }
  return result.conflicts.length > 0 ? 1 : 0;
}
