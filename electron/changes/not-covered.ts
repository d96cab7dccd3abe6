import type { PendingChange } from "../../shared/contract/changes.ts";
import type { NotCovered } from "../../shared/not-covered.ts";

/** So many ignored files of one folder are told by the folder. */
const maxNamed = 20;

/** With the paths that were ignored at one end of the comparison, whole folders of them by their names. */
export function withIgnored(notCovered: readonly NotCovered[], ignored: readonly string[]): NotCovered[] {
  const known = new Set(notCovered.map(({ path }) => path));
  const byFolder = Map.groupBy(ignored, (path) => path.slice(0, path.indexOf("/") + 1));
  const paths = [...byFolder].flatMap(([folder, own]) => (folder !== "" && own.length > maxNamed ? [folder] : own));
  const added = paths.filter((path) => !known.has(path)).map((path) => ({ path, bytes: 0, why: "ignored" as const }));
  return [...notCovered, ...added];
}

/** Told with the changes, and nothing that could be done with one: there is no content of it. */
export function toEntry({ path, why }: NotCovered): PendingChange {
  return {
    path,
    operation: "edit",
    agent: null,
    runId: null,
    agents: [],
    additions: 0,
    deletions: 0,
    binary: true,
    type: why === "submodule" || why === "not-fetched" ? "submodule" : "file",
    oldMode: null,
    newMode: null,
    review: "pending",
    protected: false,
    fingerprint: `not-covered:${path}`,
    notCovered: why,
  };
}
