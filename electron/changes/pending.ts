import type { PendingChange } from "../../shared/contract/changes.ts";
import { isProtectedPath } from "../../shared/protected-paths.ts";
import type { Attribution } from "../store/changes.ts";
import type { TreeChange } from "../git/diff-tree.ts";
import { mapInSlices } from "../lib/slices.ts";

/** The run that is at work, and the paths that it has changed. */
export type WorkSoFar = { agentId: string; runId: string; paths: ReadonlySet<string> };

/** What is known about the paths besides their content: attributions latest first, approved fingerprints by path. */
export type Known = {
  attributions: readonly Attribution[];
  approvals: ReadonlyMap<string, string>;
  atWork: WorkSoFar | null;
};

/** Differences between the baseline and the working copy as changes to review, in the order given. */
export function toPendingChanges(differences: readonly TreeChange[], known: Known): Promise<PendingChange[]> {
  const byPath = Map.groupBy(known.attributions, (one) => one.path);
  return mapInSlices(differences, (change) => {
    const touched = byPath.get(change.path) ?? [];
    const latest = touched[0];
    // Whoever made what is there now: the last run, unless the content isn't what that run left.
    const made = latest && latest.content === contentOf(change.newMode, change.newOid) ? latest : null;
    const working = known.atWork?.paths.has(change.path) ? known.atWork : null;
    const last = working ?? made;
    const agents = touched.map((one) => one.agentId);
    const fingerprint = fingerprintOf(change);
    return {
      path: change.path,
      ...(change.oldPath === undefined ? {} : { oldPath: change.oldPath }),
      operation: change.operation,
      agent: last?.agentId ?? null,
      runId: last?.runId ?? null,
      agents: [...new Set(working ? [working.agentId, ...agents] : agents)],
      additions: change.additions,
      deletions: change.deletions,
      binary: change.binary,
      type: typeOf(present(change.newMode) ?? change.oldMode),
      oldMode: present(change.oldMode),
      newMode: present(change.newMode),
      review: known.approvals.get(change.path) === fingerprint ? "approved" : "pending",
      protected: isProtectedPath(change.path) || (change.oldPath !== undefined && isProtectedPath(change.oldPath)),
      fingerprint,
    };
  });
}

/** Identity of what a path holds, as attributions record it. */
export function contentOf(mode: string, oid: string): string {
  return `${mode} ${oid}`;
}

export type FingerprintParts = Pick<TreeChange, "oldPath" | "oldMode" | "oldOid" | "newMode" | "newOid">;

export function fingerprintOf(change: FingerprintParts): string {
  return [change.oldPath ?? "", change.oldMode, change.oldOid, change.newMode, change.newOid].join(":");
}

/** The way back; a path may have colons in it, what stands behind it hasn't. */
export function partsOf(fingerprint: string): FingerprintParts {
  const fields = fingerprint.split(":");
  const [oldMode = "", oldOid = "", newMode = "", newOid = ""] = fields.slice(-4);
  return { oldPath: fields.slice(0, -4).join(":"), oldMode, oldOid, newMode, newOid };
}

function present(mode: string): string | null {
  return /^0*$/.test(mode) ? null : mode;
}

function typeOf(mode: string): PendingChange["type"] {
  if (mode === "120000") return "link";
  return mode === "160000" ? "submodule" : "file";
}

/** The paths that a change writes or takes away; a rename's old one first. */
export function pathsOf(change: { path: string; oldPath?: string | undefined; operation: string }): string[] {
  return change.operation === "rename" && change.oldPath !== undefined ? [change.oldPath, change.path] : [change.path];
}
