import type { ConflictWords } from "../file-sets/plan.ts";

/** `place`: where it is written, as a person calls it. */
export function wordsOf(place: "the checkout" | "the session's folder" | "the branch"): ConflictWords {
  return {
    submodule: `It is a submodule: update it in ${place} with git.`,
    "deleted-in-ours": `It was deleted in ${place} and changed here.`,
    "deleted-in-theirs": `It was changed in ${place} and deleted here.`,
    "made-in-both": "Both sides have a new file of this name.",
    link: "Both sides changed a link.",
    "same-place": "Both sides changed the same place.",
    changing: `It is being changed in ${place}.`,
    "in-the-way": `Something that isn't a file is in its place in ${place}.`,
    "left-out": `A file that git ignores, or that is too large for snapshots, is in its place in ${place}.`,
  };
}
