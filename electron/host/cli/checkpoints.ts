import type { RestoreResult } from "../../../shared/contract/checkpoints.ts";
import { CliFailure, type ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { findSession } from "./find.ts";
import { countFiles, oneLine, table, type CommandTerminal } from "./terminal.ts";

export async function listCheckpoints(
  rpc: HearthClient,
  io: CommandTerminal,
  wanted: string,
  options: { json?: boolean },
): Promise<void> {
  const session = await findSession(rpc, wanted);
  const checkpoints = await rpc.checkpoints.list({ id: session.id });
  if (options.json) return io.json(checkpoints);
  if (checkpoints.length === 0) return io.note("No checkpoints yet.");
  const rows = checkpoints.map((one) => [
    one.id,
    new Date(one.createdAt).toLocaleString(),
    one.kind,
    oneLine(one.label ?? one.runId ?? "", 60),
  ]);
  for (const line of table(rows)) io.line(line);
}

/** Shows what would change, asks unless told not to, and puts the files back. It can be undone: a checkpoint is taken first. */
export async function restore(
  rpc: HearthClient,
  io: CommandTerminal,
  id: string,
  options: { dryRun?: boolean; yes?: boolean; json?: boolean },
): Promise<ExitCode> {
  const preview = await rpc.checkpoints.restore({ id, what: "files", dryRun: true });
  if (options.dryRun || preview.changed.length === 0) {
    if (options.json) io.json(preview);
    else sayPreview(io, preview);
    return 0;
  }
  if (!options.yes) {
    if (!io.interactive)
      throw new CliFailure(
        "CONFIRMATION_NEEDED",
        `It would change ${countFiles(preview.changed.length)}, and nobody is here to be asked. Do it with --yes, or look with --dry-run.`,
      );
    for (const path of preview.changed) io.note(`  ${oneLine(path, 500)}`);
    for (const { path, reason } of preview.conflicts) io.note(`  stays: ${oneLine(path, 500)}: ${oneLine(reason)}`);
    const answer = await io.ask(`Put ${countFiles(preview.changed.length)} back? [y/N] `);
    if (answer?.trim().toLowerCase() !== "y") return 130;
  }
  const result = await rpc.checkpoints.restore({ id, what: "files", dryRun: false });
  if (options.json) {
    io.json(result);
  } else {
    for (const path of result.changed) io.line(`restored  ${oneLine(path, 500)}`);
    sayLeft(io, result);
    if (result.checkpointBeforeId) io.note(`Undo it with: hearth restore ${result.checkpointBeforeId}`);
  }
  return result.conflicts.length > 0 ? 1 : 0;
}

function sayPreview(io: Pick<CommandTerminal, "line" | "note">, preview: RestoreResult): void {
  for (const path of preview.changed) io.line(`would change  ${oneLine(path, 500)}`);
  sayLeft(io, preview);
  if (preview.changed.length + preview.conflicts.length === 0) io.note("Nothing would change: the files are as they were then.");
}

function sayLeft(io: Pick<CommandTerminal, "line">, { conflicts }: RestoreResult): void {
  for (const { path, reason, blocked } of conflicts)
    io.line(`${blocked ? "can't be restored" : "conflict"}  ${oneLine(path, 500)}: ${oneLine(reason)}`);
}
