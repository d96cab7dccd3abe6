import { diffArrays } from "diff";

/** A stretch of an edit: what stood at `[from, to)` of the old list becomes `added`. */
export type Change = { from: number; to: number; added: string[] };

/** What turns one list into the other. What both have is in no change; neighbouring changes are one. */
export function changesOf(before: readonly string[], after: readonly string[]): Change[] {
  const changes: Change[] = [];
  let at = 0;
  let open: Change | null = null;
  for (const part of diffArrays([...before], [...after])) {
    if (!part.added && !part.removed) {
      at += part.value.length;
      open = null;
      continue;
    }
    if (!open) changes.push((open = { from: at, to: at, added: [] }));
    if (part.added) open.added.push(...part.value);
    else open.to = at += part.value.length;
  }
  return changes;
}

/** Which item of `after` stands for each item of `before`: its index, or null. */
export function counterparts(before: readonly string[], after: readonly string[]): (number | null)[] {
  const found: (number | null)[] = [];
  let at = 0;
  for (const part of diffArrays([...before], [...after])) {
    if (part.added) at += part.value.length;
    else for (let index = 0; index < part.value.length; index += 1) found.push(part.removed ? null : at++);
  }
  return found;
}
