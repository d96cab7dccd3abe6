import { sizeText } from "../../shared/size-text.ts";
import type { SessionStorage, StorageFreed, StorageReport } from "../../shared/contract/storage.ts";

/** "3 days ago", by whole days: nothing here is about minutes. */
export function ageText(at: string, now: number): string {
  const days = Math.floor((now - Date.parse(at)) / (24 * 3_600_000));
  if (days <= 0) return "today";
  return days === 1 ? "yesterday" : `${days} days ago`;
}

export function count(number: number, noun: string): string {
  return `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
}

/** What there is to say of a session beside its worktree. */
export function sessionFacts(session: SessionStorage, now: number): string[] {
  const { removedAt, createdAt, eventsBytes, outputsBytes, checkpoints } = session;
  return [
    removedAt === null ? `made ${ageText(createdAt, now)}` : `deleted ${ageText(removedAt, now)}`,
    count(checkpoints, "checkpoint"),
    `${sizeText(eventsBytes)} of events`,
    ...(outputsBytes > 0 ? [`${sizeText(outputsBytes)} of outputs`] : []),
  ];
}

/** What freeing takes, as one sentence. */
export function freedText(freed: StorageFreed, done: boolean): string {
  const parts = [
    freed.sessions > 0 ? `what is left of ${count(freed.sessions, "deleted session")}` : null,
    freed.checkpoints > 0 ? count(freed.checkpoints, "checkpoint") : null,
    freed.outputsBytes > 0 ? `${sizeText(freed.outputsBytes)} of outputs` : null,
    done && freed.snapshotsBytes > 0 ? `${sizeText(freed.snapshotsBytes)} of snapshots` : null,
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
