import type { Policy } from "../../shared/contract/sessions.ts";
import { protectedKind } from "../../shared/protected-paths.ts";
import type { PermissionAction } from "../../shared/run-event.ts";
import { inspect } from "./inspect.ts";

/** Something that an agent asked for in a turn, and what came of it: without an answer it wasn't allowed. */
export type AskedFor = { action: PermissionAction; allowed: boolean };

/**
 * The files that changed in a turn though nothing that was allowed in it covers them, in their order. Under *accept
 * edits* and *full* only protected files need a request. An allowed command, and whatever else can't be looked into, may
 * have changed anything that wasn't refused afterwards. `changed` is relative to the working copy, with `/`.
 */
export function unaskedChanges(turn: {
  changed: readonly string[];
  /** In the order of their requests. */
  asked: readonly AskedFor[];
  policy: Policy;
  workingCopyPath: string;
  agentId: string;
}): string[] {
  const { policy, asked, workingCopyPath, agentId } = turn;
  const needsAsking = (name: string): boolean => policy === "ask" || policy === "plan" || protectedKind(name) !== null;
  const covered = new Set<string>();
  let anything = false;
  let refused = new Set<string>();
  for (const { action, allowed } of asked) {
    const seen = inspect(action, workingCopyPath, agentId);
    const names = seen.places.flatMap((place) => place.relative ?? []);
    const opaque = seen.command !== null || seen.kind === "undecodable" || seen.kind === "execute";
    if (allowed && opaque) {
      anything = true;
      refused = new Set();
    } else if (allowed && seen.kind !== "read" && seen.kind !== "fetch") {
      for (const name of names) {
        covered.add(name);
        refused.delete(name);
      }
    } else if (!allowed) for (const name of names) refused.add(name);
  }
  const isCovered = (name: string): boolean => {
    if (within(refused, name)) return within(covered, name);
    return anything || within(covered, name);
  };
  return turn.changed.filter((name) => needsAsking(name) && !isCovered(name));
}

/** The path itself is among them, or a folder that it lies in. */
function within(names: ReadonlySet<string>, name: string): boolean {
  const parts = name.split("/");
  return parts.some((_, index) => names.has(parts.slice(0, index + 1).join("/")));
}
