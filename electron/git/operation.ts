import { existsSync } from "node:fs";
import path from "node:path";
import type { Repository } from "./repository.ts";

/** Something that git has begun and not ended, with git's own ways out of it. */
export type GitOperation = { name: string; wayOut: string };

// Rebase before cherry-pick and revert: a rebase that stopped at a conflict leaves their marks as well.
const marks: readonly { file: string; operation: GitOperation }[] = [
  { file: "rebase-merge", operation: { name: "a rebase", wayOut: "git rebase --continue, or git rebase --abort" } },
  { file: "rebase-apply/applying", operation: { name: "git am", wayOut: "git am --continue, or git am --abort" } },
  { file: "rebase-apply", operation: { name: "a rebase", wayOut: "git rebase --continue, or git rebase --abort" } },
  { file: "MERGE_HEAD", operation: { name: "a merge", wayOut: "git merge --continue, or git merge --abort" } },
  {
    file: "CHERRY_PICK_HEAD",
    operation: { name: "a cherry-pick", wayOut: "git cherry-pick --continue, or git cherry-pick --abort" },
  },
  { file: "REVERT_HEAD", operation: { name: "a revert", wayOut: "git revert --continue, or git revert --abort" } },
  { file: "BISECT_LOG", operation: { name: "a bisect", wayOut: "git bisect reset" } },
];

/** What is going on in the checkout; null where nothing is, or where it isn't a repository. */
export function operationIn(repository: Repository | null): GitOperation | null {
  if (repository === null) return null;
  return marks.find(({ file }) => existsSync(path.join(repository.gitDir, file)))?.operation ?? null;
}
