import { keptDaysAfterRemoval } from "../../shared/kept-after-removal.ts";
import type { KeptCheckpoint, SessionUse } from "../store/storage.ts";

const dayMs = 24 * 3_600_000;

/** Deleted so long ago that what is left of them goes. */
export function goneSessions(sessions: readonly SessionUse[], now: number): SessionUse[] {
  return sessions.filter(
    ({ removedAt, openRuns }) => removedAt !== null && openRuns === 0 && now - removedAt > keptDaysAfterRemoval * dayMs,
  );
}

/** Those by hand, and those before a removal, stay as long as their session is kept. */
const keptKinds: ReadonlySet<string> = new Set(["manual", "before-removal"]);

/**
 * Of a project's checkpoints (in the order they were taken) the oldest `share` of those that may go. Never the latest of a
 * folder, one that a restore is under way from, or one of a run whose end was never kept. Where an older one stays, the
 * newest end of a run among those that would go stays as well, with the restores after it: without them a restore of
 * the older one would take what agents did meanwhile for a person's.
 */
export function oldestToDrop(
  checkpoints: readonly KeptCheckpoint[],
  mayGo: (checkpoint: KeptCheckpoint) => boolean,
  share: number,
): KeptCheckpoint[] {
  const latest = new Map(checkpoints.map((one) => [folderOf(one), one.id]));
  const ended = new Set(checkpoints.filter((one) => one.kind === "after-run").map((one) => one.runId));
  const droppable = checkpoints.filter(
    (one) =>
      !keptKinds.has(one.kind) &&
      latest.get(folderOf(one)) !== one.id &&
      (one.kind !== "before-run" || ended.has(one.runId)) &&
      !(one.restoredId !== null && one.resultTree === null) &&
      mayGo(one),
  );
  // Of one or two it can be that all of the share must stay, and some of the whole needn't.
  const some = dropOf(checkpoints, droppable.slice(0, Math.ceil(droppable.length * share)));
  return some.length > 0 ? some : dropOf(checkpoints, droppable);
}

function dropOf(checkpoints: readonly KeptCheckpoint[], oldest: readonly KeptCheckpoint[]): KeptCheckpoint[] {
  const ids = new Set(oldest.map((one) => one.id));
  return [...Map.groupBy(checkpoints, folderOf).values()].flatMap((ofFolder) => dropInFolder(ofFolder, ids));
}

function dropInFolder(checkpoints: readonly KeptCheckpoint[], oldest: ReadonlySet<string>): KeptCheckpoint[] {
  const firstKept = checkpoints.findIndex((one) => !oldest.has(one.id));
  const droppedAfter = checkpoints.slice(firstKept).filter((one) => oldest.has(one.id));
  const end = droppedAfter.findLastIndex((one) => one.kind === "after-run");
  const needed = new Set(
    droppedAfter.filter((one, at) => at === end || (at > end && one.resultTree !== null)).map((one) => one.id),
  );
  return checkpoints.filter((one) => oldest.has(one.id) && !needed.has(one.id));
}

function folderOf({ sessionId, place }: KeptCheckpoint): string {
  return `${sessionId} ${place}`;
}
