import path from "node:path";
import { ok, type Result } from "../../shared/result.ts";
import { readRegular } from "../lib/read-regular.ts";
import type { Git, GitFailure } from "./git.ts";
import { isOid, mergingInto } from "./head-on-disk.ts";
import { line } from "./repository.ts";

// What commits a working copy has, where they came from, and how its HEAD got there. Every call runs in its folder.

type Outcome<T> = Promise<Result<T, GitFailure>>;

const walkMs = 120_000;

/** Where HEAD is, and what is being merged into it; `gitDir` is where git keeps what belongs to this working copy alone. */
export type Standing = { head: string; merging: string[]; gitDir: string; commonDir: string };

/** Null without commits, and where there is no repository. */
export async function standingOf(git: Git, folder: string): Outcome<Standing | null> {
  const asked = await git.run(
    ["rev-parse", "--path-format=absolute", "--absolute-git-dir", "--git-common-dir", "HEAD^{commit}"],
    {
      cwd: folder,
      exitCodes: [0, 128],
    },
  );
  if (!asked.ok || asked.value.exitCode !== 0) return asked.ok ? ok(null) : asked;
  const [gitDir = "", commonDir = "", head = ""] = line(asked.value.stdout).split("\n");
  return ok(isOid(head) ? { head, merging: mergingInto(gitDir), gitDir, commonDir } : null);
}

/** Commits that were fetched last, by whatever name. */
export function fetchedCommits({ gitDir }: Standing): string[] {
  const lines =
    readRegular(path.join(gitDir, "FETCH_HEAD"), 1024 * 1024)
      ?.toString("utf8")
      .split("\n") ?? [];
  return lines.flatMap((text) => text.split("\t", 1).filter(isOid));
}

/** One step of HEAD: to which commit, when (seconds), and by what, in git's words ("commit: …", "pull: Fast-forward"). */
export type HeadMove = { to: string; at: number; why: string };

const maxMoves = 5000;

/** Newest first. Empty where git keeps no log of it. */
export async function movesOfHead(git: Git, folder: string): Outcome<HeadMove[]> {
  const format = "--format=%H%x00%gd%x00%gs";
  const shown = await git.run(["reflog", "show", "--no-color", "--date=unix", `--max-count=${maxMoves}`, format, "HEAD"], {
    cwd: folder,
    exitCodes: [0, 128],
  });
  if (!shown.ok) return shown;
  return ok(
    shown.value.stdout
      .toString("utf8")
      .split("\n")
      .flatMap((text) => {
        const [to = "", name = "", why = ""] = text.split("\0");
        return isOid(to) ? [{ to, at: Number(/@\{(\d+)\}$/.exec(name)?.[1] ?? 0), why }] : [];
      }),
  );
}

export type HistoryCommit = { id: string; parents: string[] };

/** Commits of `of` that are in none of `not`, each before its parents, at most `max`. What `not` names and isn't there is left out. */
export async function commitsOf(
  git: Git,
  folder: string,
  { of, not, max }: { of: readonly string[]; not: readonly string[]; max: number },
): Outcome<HistoryCommit[]> {
  const listed = await git.run(["rev-list", "--topo-order", "--parents", "--ignore-missing", `--max-count=${max}`, "--stdin"], {
    cwd: folder,
    input: [...of, ...not.map((id) => `^${id}`), ""].join("\n"),
    timeoutMs: walkMs,
  });
  if (!listed.ok) return listed;
  const lines = listed.value.stdout.toString("latin1").split("\n").filter(Boolean);
  return ok(
    lines.map((text) => {
      const [id = "", ...parents] = text.split(" ");
      return { id, parents };
    }),
  );
}

/** Null where two histories have nothing in common. */
export async function mergeBase(git: Git, folder: string, a: string, b: string): Outcome<string | null> {
  const found = await git.run(["merge-base", a, b], { cwd: folder, exitCodes: [0, 1], timeoutMs: walkMs });
  return found.ok ? ok(found.value.exitCode === 0 ? line(found.value.stdout) : null) : found;
}
