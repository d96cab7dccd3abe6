import * as z from "zod";

/** Where a set was written, unless in the project's own checkout: a worktree's files, or a commit on a branch. */
export const setPlace = z.discriminatedUnion("kind", [
  z.object({ kind: z.literal("worktree"), path: z.string() }),
  z.object({ kind: z.literal("branch"), branch: z.string(), commit: z.string() }),
]);

export type SetPlace = z.infer<typeof setPlace>;
