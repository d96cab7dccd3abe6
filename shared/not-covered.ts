import * as z from "zod";

/**
 * What a snapshot doesn't hold, by name: a folder's path ends in `/`. It is never written or deleted by Hearth, so nothing
 * undoes it, and it counts as at risk where files are deleted. `bytes` is 0 where it isn't known.
 */
export const notCovered = z.object({
  path: z.string(),
  bytes: z.int(),
  why: z
    .enum(["too-large", "submodule", "repository", "name", "unreadable", "ignored", "filtered", "not-fetched"])
    .default("too-large"),
});
export type NotCovered = z.infer<typeof notCovered>;

const reasons: Record<NotCovered["why"], string> = {
  "too-large": "it is a new file over the limit for snapshots",
  submodule: "it is a submodule with work inside that is nowhere else",
  repository: "it is a repository of its own",
  name: "its name can’t be carried to other systems",
  unreadable: "it can’t be read",
  ignored: "it was ignored by git then, or is now",
  filtered: "it is as the repository has it: no content filter, such as Git LFS, has filled it here",
  "not-fetched": "it is a submodule that isn’t fetched here",
};

/** Whether work could be lost with it; what is only not complete here is whole elsewhere. */
export function mayHoldWork({ why }: Pick<NotCovered, "why">): boolean {
  return why !== "filtered" && why !== "not-fetched";
}

/** Completes "not covered: ". */
export function whyNotCovered({ why }: Pick<NotCovered, "why">): string {
  return reasons[why];
}
