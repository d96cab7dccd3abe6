import * as z from "zod";

/** A branch that is checked out nowhere has no folder: what is applied there is a commit on top of it. */
const placeKind = z.enum(["checkout", "worktree", "branch"]);

/** Where changes are applied. `checkout` is the project's own; `path` is null for a branch, `branch` where HEAD is detached. */
export const applyPlace = z.object({ kind: placeKind, path: z.string().nullable(), branch: z.string().nullable() });
export type ApplyPlace = z.infer<typeof applyPlace>;

/** A place that can be chosen. */
export const placeChoice = applyPlace.extend({
  /** What names it in an apply. */
  to: z.string(),
  /** Whether nothing in it is changed or untracked; null where it wasn't looked at, or can't be. */
  clean: z.boolean().nullable(),
  /** The project's checkout; without one, where changes of the project were applied last. */
  isDefault: z.boolean(),
});
export type PlaceChoice = z.infer<typeof placeChoice>;

/** The place as a person calls it. */
export function placeName({ path, branch }: Pick<ApplyPlace, "path" | "branch">): string {
  return branch ?? path?.split(/[\\/]/).at(-1) ?? "the checkout";
}
