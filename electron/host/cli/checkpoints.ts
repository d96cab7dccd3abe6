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

export type RestoreOptions = { exactly?: boolean; agentsEdits?: boolean; dryRun?: boolean; yes?: boolean; json?: boolean };

/** Shows what would change, asks unless told not to, and puts the files back. It can be undone: a checkpoint is taken first. */
export async function restore(rpc: HearthClient, io: CommandTerminal, id: string, options: RestoreOptions): Promise<ExitCode> {
  if (options.exactly && options.agentsEdits)
    throw new CliFailure("INPUT_INVALID", "Either --exactly or --agents-edits: they are two ways of going back.");
  const mode = options.exactly ? "exact" : options.agentsEdits ? "agents" : undefined;
  const preview = await rpc.checkpoints.restore({ id, what: "files", ...(mode ? { mode } : {}), dryRun: true });
  if (options.dryRun || preview.changed.length === 0) {
    if (options.json) io.json(preview);
    else sayPreview(io, preview);
    return 0;
  }
  if (!options.yes && !(await isWanted(io, preview))) return 130;
  // What was shown is what is done, whatever an agent began meanwhile.
  const result = await rpc.checkpoints.restore({ id, what: "files", mode: preview.mode, dryRun: false });
  if (options.json) {
    io.json(result);
  } else {
    for (const path of result.changed) io.line(`restored  ${oneLine(path, 500)}`);
    sayLeft(io, result);
    if (result.checkpointBeforeId) io.note(`Undo it with: hearth restore ${result.checkpointBeforeId}`);
  }
  return result.conflicts.length > 0 ? 1 : 0;
}

const ways = {
  exact: { what: "exactly as they were", other: "--agents-edits" },
  agents: { what: "without the agents' edits since", other: "--exactly" },
};

async function isWanted(io: CommandTerminal, preview: RestoreResult): Promise<boolean> {
  const count = countFiles(preview.changed.length);
  if (!io.interactive)
    throw new CliFailure(
      "CONFIRMATION_NEEDED",
      `It would change ${count}, and nobody is here to be asked. Do it with --yes, or look with --dry-run.`,
    );
  for (const text of changeLines(preview)) io.note(`  ${text}`);
  for (const { path, reason } of [...preview.conflicts, ...preview.kept])
    io.note(`  stays: ${oneLine(path, 500)}: ${oneLine(reason)}`);
  const { what, other } = ways[preview.mode];
  io.note(`The other way: ${other}`);
  const answer = await io.ask(`Put ${count} back, ${what}? [y/N] `);
  return answer?.trim().toLowerCase() === "y";
}

const letters = { create: "A", edit: "M", delete: "D", mode: "M" } as const;

function changeLines({ changed, changes }: RestoreResult): string[] {
  const byPath = new Map(changes.map((one) => [one.path, one]));
  return changed.map((path) => {
    const one = byPath.get(path);
    if (!one) return oneLine(path, 500);
    const lines = one.binary ? "binary" : `+${one.additions} −${one.deletions}`;
    return `${letters[one.operation]} ${oneLine(path, 500)}  ${lines}`;
  });
}

function sayPreview(io: Pick<CommandTerminal, "line" | "note">, preview: RestoreResult): void {
  for (const text of changeLines(preview)) io.line(`would change  ${text}`);
  sayLeft(io, preview);
  if (preview.changed.length + preview.conflicts.length === 0)
    io.note(
      preview.mode === "exact"
        ? "Nothing would change: the files are as they were then."
        : "Nothing would change: no edit of an agent's since is left. --exactly puts back what people edited too.",
    );
}

function sayLeft(io: Pick<CommandTerminal, "line">, { conflicts, kept }: RestoreResult): void {
  for (const { path, reason, blocked } of conflicts)
    io.line(`${blocked ? "can't be restored" : "conflict"}  ${oneLine(path, 500)}: ${oneLine(reason)}`);
  for (const { path, reason } of kept) io.line(`stays  ${oneLine(path, 500)}: ${oneLine(reason)}`);
}
