import { ok, type Result } from "../../shared/result.ts";
import { readEndInside, readStartInside } from "../lib/write-file.ts";
import type { Git, GitFailure } from "./git.ts";
import type { Standing } from "./history.ts";

/** A ref that tells of others' commits. `commit`: the newest of them that it tells of. */
export type NamedCommit = { name: string; commit: string; isCurrent: boolean };

type Ref = NamedCommit & { ref: string; committedAt: number };

/** One line of a ref's log: from and to which commit, when (seconds), and by what, in git's words. */
type LogEntry = { from: string; to: string; at: number; why: string };

const logsAtOnce = 16;
const maxEntryBytes = 1024;
const maxLogBytes = 256 * 1024;

/**
 * What others' commits are known by: remote branches, tags, and local branches, the one that is checked out here too. Whoever
 * works in the session can make any of them, so only those count that were there before `since` (milliseconds) or that git
 * fetched, as their logs say: no branch that was begun here, and of a remote one not what was pushed. Tags, and refs without
 * a log, count by the date of their commit.
 */
export async function othersRefs(
  git: Git,
  folder: string,
  { commonDir }: Standing,
  since: number,
): Promise<Result<NamedCommit[], GitFailure>> {
  const commit = ["objectname", "*objectname", "committerdate:unix", "*committerdate:unix"].map((name) => `%(${name})`);
  const format = `--format=${["%(HEAD)", "%(refname)", "%(refname:short)", ...commit, "%(symref)"].join("%00")}`;
  const listed = await git.run(["for-each-ref", format, "refs/heads", "refs/remotes", "refs/tags"], { cwd: folder });
  if (!listed.ok) return listed;
  const refs = listed.value.stdout.toString("utf8").split("\n").flatMap(parseRef);
  const found: NamedCommit[] = [];
  for (let at = 0; at < refs.length; at += logsAtOnce) {
    const some = refs.slice(at, at + logsAtOnce);
    const known = await Promise.all(some.map((ref) => othersCommit(commonDir, ref, Math.floor(since / 1000))));
    for (const [index, { name, isCurrent }] of some.entries()) {
      const others = known[index] ?? null;
      if (others !== null) found.push({ name, commit: others, isCurrent });
    }
  }
  return ok(found);
}

function parseRef(text: string): Ref[] {
  const [current, ref = "", name = "", id = "", peeled = "", date = "", peeledDate = "", symref] = text.split("\0");
  if (ref === "" || symref) return [];
  return [{ ref, name, commit: peeled || id, isCurrent: current === "*", committedAt: Number(peeledDate || date) }];
}

/** The newest commit of a ref that is others', as far as is known; null where none is. */
async function othersCommit(commonDir: string, { ref, commit, committedAt }: Ref, since: number): Promise<string | null> {
  const byDate = committedAt > since ? null : commit;
  if (ref.startsWith("refs/tags/")) return byDate;
  const isRemote = ref.startsWith("refs/remotes/");
  const read = isRemote ? readEndInside : readStartInside;
  const text = await read(commonDir, `logs/${ref}`, isRemote ? maxLogBytes : maxEntryBytes);
  const log = text.ok ? parseLog(text.value.toString("utf8")) : [];
  const [first] = log;
  if (!first) return byDate;
  if (isRemote) return lastKnown(log, since);
  return first.at > since && !isFetch(first) ? null : commit;
}

/** Where a remote branch stood at last, before the session or by a fetch since. */
function lastKnown(log: readonly LogEntry[], since: number): string | null {
  const known = log.findLast((entry) => entry.at <= since || isFetch(entry));
  const start = known?.to ?? log[0]?.from ?? "";
  return /^0*$/.test(start) ? null : start;
}

function isFetch({ why }: LogEntry): boolean {
  return /^(fetch|pull|clone|remote)\b/.test(why);
}

/** Oldest first. A line that isn't whole is left out. */
function parseLog(text: string): LogEntry[] {
  return text.split("\n").flatMap((line) => {
    const [, from = "", to = "", at = "", why = ""] =
      /^([0-9a-f]{40,64}) ([0-9a-f]{40,64}) .*> (\d+) [+-]\d{4}\t?(.*)$/.exec(line) ?? [];
    return to === "" ? [] : [{ from, to, at: Number(at), why }];
  });
}
