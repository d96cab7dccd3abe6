import type { PendingChange } from "../../shared/contract/changes.ts";
import { encodePath } from "../../shared/path-text.ts";
import type { NotCovered } from "../../shared/not-covered.ts";
import { changedSince } from "../lib/changed-since.ts";
import { lookUp } from "../lib/look.ts";
import type { Attribution } from "../store/changes.ts";
import type { Seen } from "./current.ts";
import { toEntry } from "./not-covered.ts";
import type { ChangesDeps, SessionCopy } from "./ports.ts";

type Run = { agentId: string; runId: string; afterTree: string; skipped: readonly NotCovered[]; since: number };

/** What a run wrote in repositories inside the copy: no snapshot has it, so it is told by when it was changed. */
export async function nestedWorkOfRun(
  deps: ChangesDeps,
  { copy }: SessionCopy,
  { agentId, runId, afterTree, skipped, since }: Run,
): Promise<Attribution[]> {
  if (!skipped.some(({ why }) => why === "repository")) return [];
  const uncovered = await deps.snapshots.notCovered(copy, { tree: afterTree, skipped: [...skipped] });
  if (!uncovered.ok) return [];
  const at = deps.clock.now();
  const paths = uncovered.value.filter(({ why }) => why === "repository").map(({ path }) => path);
  const written = paths.filter((path) => changedSince(copy.path, path.replace(/\/$/, ""), since));
  const isWritten = (path: string): boolean =>
    written.some((one) => one === path || (path.endsWith("/") && one.startsWith(path)));
  return paths.filter(isWritten).map((path) => ({ path, agentId, runId, content: stampOf(copy.path, path), at }));
}

/** What isn't covered, as entries of the list; what lies in a repository inside with the agent that wrote it last. */
export async function uncoveredEntries(
  deps: ChangesDeps,
  sessionId: string,
  { session, notCovered }: Seen,
): Promise<PendingChange[]> {
  const isNested = notCovered.some(({ why }) => why === "repository");
  const byPath = Map.groupBy(isNested ? await deps.store.attributions(sessionId) : [], (one) => one.path);
  return notCovered.map((one) => {
    const touched = byPath.get(one.path) ?? [];
    const latest = touched[0]?.content === stampOf(session.copy.path, one.path) ? touched[0] : null;
    const agents = [...new Set(touched.map(({ agentId }) => agentId))];
    return { ...toEntry(one), agent: latest?.agentId ?? null, runId: latest?.runId ?? null, agents };
  });
}

/** Tells whether somebody wrote there since. */
function stampOf(root: string, path: string): string {
  const stat = lookUp(Buffer.from(encodePath(`${root}/${path}`)));
  return stat ? `nested ${stat.size} ${stat.mtimeNs} ${stat.ctimeNs}` : "nested gone";
}
