import type { SessionStorage, StorageFreed, StorageReport } from "../../shared/contract/storage.ts";

const units = ["bytes", "KB", "MB", "GB", "TB"];

/** "1.2 MB": three digits at most, powers of 1024 as disks' tools count them. */
export function bytesText(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toFixed(digits)} ${units[unit] ?? ""}`;
}

/** "3 days ago", by whole days: nothing here is about minutes. */
export function ageText(at: string, now: number): string {
  const days = Math.floor((now - Date.parse(at)) / (24 * 3_600_000));
  if (days <= 0) return "today";
  return days === 1 ? "yesterday" : `${days} days ago`;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** What there is to say of a session beside its worktree; of a deleted one that is lost, why. */
export function sessionFacts(session: SessionStorage, now: number): string[] {
  const { removedAt, whyLost, createdAt, eventsBytes, outputsBytes, checkpoints } = session;
  return [
    removedAt === null ? `made ${ageText(createdAt, now)}` : `deleted ${ageText(removedAt, now)}`,
    ...(whyLost === null ? [] : [`can’t be brought back: ${whyLost}`]),
    count(checkpoints, "checkpoint"),
    `${bytesText(eventsBytes)} of events`,
    ...(outputsBytes > 0 ? [`${bytesText(outputsBytes)} of outputs`] : []),
  ];
}

/** What freeing takes, as one sentence. */
export function freedText(freed: StorageFreed, done: boolean): string {
  const parts = [
    freed.sessions > 0 ? `what is left of ${count(freed.sessions, "deleted session")}` : null,
    freed.checkpoints > 0 ? count(freed.checkpoints, "checkpoint") : null,
    freed.outputsBytes > 0 ? `${bytesText(freed.outputsBytes)} of outputs` : null,
    done && freed.snapshotsBytes > 0 ? `${bytesText(freed.snapshotsBytes)} of snapshots` : null,
  ].filter((part) => part !== null);
  if (parts.length === 0) return done ? "Nothing had to go." : "Nothing has to go now; unused snapshots are packed.";
  return `${done ? "Gone" : "Goes now"}: ${parts.join(", ")}.`;
}

export function totalOf(report: StorageReport): { snapshots: number; outputs: number; worktrees: number } {
  const sessions = report.projects.flatMap((project) => project.sessions);
  return {
    snapshots: report.projects.reduce((sum, project) => sum + project.snapshotsBytes, 0),
    outputs: sessions.reduce((sum, session) => sum + session.outputsBytes, 0),
    worktrees: sessions.reduce((sum, session) => sum + (session.worktreeBytes ?? 0), 0),
  };
}
