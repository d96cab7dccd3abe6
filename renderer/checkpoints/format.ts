import type { Checkpoint } from "../../shared/contract/checkpoints.ts";
import { assertNever } from "../../shared/result.ts";
import { visibleText } from "../../shared/visible-text.ts";

/** What is known of the runs that checkpoints were taken around, by their ids: whose, and the first line of what was asked. */
export type Runs = Record<string, { agentId: string; asked: string }>;

/** When a checkpoint was taken, in words that hide nothing. What a person called it comes first; one around a run is told by its prompt. */
export function nameOf(checkpoint: Checkpoint, runs: Runs = {}): string {
  if (checkpoint.label) return visibleText(checkpoint.label);
  const asked = askedOf(checkpoint, runs);
  return asked === null ? kindOf(checkpoint) : `${asked.when} “${asked.prompt}”`;
}

/** For a checkpoint around a run whose prompt is known: on which side of it, and the prompt's first line. */
export function askedOf(checkpoint: Checkpoint, runs: Runs): { when: "Before" | "After"; prompt: string } | null {
  const asked = checkpoint.runId === null ? "" : (runs[checkpoint.runId]?.asked ?? "");
  if (asked === "") return null;
  const prompt = visibleText(asked);
  if (checkpoint.kind === "before-run") return { when: "Before", prompt };
  return checkpoint.kind === "after-run" ? { when: "After", prompt } : null;
}

export function kindOf({ kind }: Checkpoint): string {
  switch (kind) {
    case "before-run":
      return "Before a run";
    case "after-run":
      return "After a run";
    case "manual":
      return "Taken by hand";
    case "before-apply":
      return "Your checkout, before applying";
    case "before-restore":
      return "Before restoring";
    case "before-reject":
      return "Before rejecting";
    case "before-removal":
      return "Before removal";
    default:
      return assertNever(kind);
  }
}

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const day = new Intl.DateTimeFormat(undefined, { weekday: "long", day: "numeric", month: "long" });

export function timeOf(iso: string): string {
  return time.format(new Date(iso));
}

/** Lists of one day each, under the day's name; the order stays. */
export function byDay(checkpoints: readonly Checkpoint[], now = new Date()): { day: string; checkpoints: Checkpoint[] }[] {
  const days: { day: string; checkpoints: Checkpoint[] }[] = [];
  for (const checkpoint of checkpoints) {
    const name = dayName(new Date(checkpoint.createdAt), now);
    const last = days.at(-1);
    if (last?.day === name) last.checkpoints.push(checkpoint);
    else days.push({ day: name, checkpoints: [checkpoint] });
  }
  return days;
}

function dayName(at: Date, now: Date): string {
  const yesterday = new Date(now.getFullYear(), now.getMonth(), now.getDate() - 1);
  if (at.toDateString() === now.toDateString()) return "Today";
  if (at.toDateString() === yesterday.toDateString()) return "Yesterday";
  return day.format(at);
}

export function files(count: number): string {
  return count === 1 ? "1 file" : `${count} files`;
}

/** Lines that a patch adds and takes away. */
export function countLines(patch: string | null): { additions: number; deletions: number } {
  const hunks = patch?.slice(patch.search(/^@@/m)).split("\n") ?? [];
  if (patch === null || !/^@@/m.test(patch)) return { additions: 0, deletions: 0 };
  return {
    additions: hunks.filter((line) => line.startsWith("+")).length,
    deletions: hunks.filter((line) => line.startsWith("-")).length,
  };
}
