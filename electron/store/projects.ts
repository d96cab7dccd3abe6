import * as z from "zod";
import type { Store } from "./open.ts";

/** Path of something that can run → the hashes of its content that the person has trusted. */
export type TrustedItems = Record<string, string[]>;

const trustedItems = z.record(z.string(), z.array(z.string()));

export type ProjectRow = {
  id: string;
  name: string;
  path: string;
  realPath: string;
  kind: "git" | "folder";
  rootCommit: string | null;
  /** null while the project isn't trusted. */
  trusted: { hash: string; items: TrustedItems } | null;
  addedAt: number;
};

type Row = {
  id: string;
  name: string;
  path: string;
  real_path: string;
  kind: string;
  root_commit: string | null;
  trusted_hash: string | null;
  trusted_items: string | null;
  added_at: number;
};

/** Sole writer of `projects`. A removed project keeps its row for the checkpoints of its sessions. */
export type ProjectRepository = ReturnType<typeof createProjectRepository>;

export function createProjectRepository(store: Store) {
  const { sqlite } = store;
  const byId = sqlite.prepare<[string], Row>("SELECT * FROM projects WHERE id = ? AND removed_at IS NULL");
  const byRealPath = sqlite.prepare<[string], Row>("SELECT * FROM projects WHERE real_path = ? AND removed_at IS NULL");
  const all = sqlite.prepare<[], Row>("SELECT * FROM projects WHERE removed_at IS NULL ORDER BY added_at, id");
  const insert = sqlite.prepare(
    "INSERT INTO projects (id, name, path, real_path, kind, root_commit, added_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  const remove = sqlite.prepare(
    "UPDATE projects SET removed_at = ?, real_path = real_path || '#removed:' || id, trusted_hash = NULL, trusted_items = NULL WHERE id = ?",
  );
  const rename = sqlite.prepare("UPDATE projects SET name = ? WHERE id = ?");
  const place = sqlite.prepare("UPDATE projects SET path = ?, real_path = ?, kind = ?, root_commit = ? WHERE id = ?");
  const trust = sqlite.prepare("UPDATE projects SET trusted_hash = ?, trusted_items = ? WHERE id = ?");
  return {
    find: (id: string): ProjectRow | null => toProject(byId.get(id)),
    findByRealPath: (realPath: string): ProjectRow | null => toProject(byRealPath.get(realPath)),
    list: (): ProjectRow[] => all.all().flatMap((row) => toProject(row) ?? []),
    add(project: Omit<ProjectRow, "trusted">): void {
      const { id, name, path, realPath, kind, rootCommit, addedAt } = project;
      store.durably(() => insert.run(id, name, path, realPath, kind, rootCommit, addedAt));
    },
    /** Gone for every reader; the path is free for another project. */
    remove: (id: string, now: number): void => void store.durably(() => remove.run(now, id)),
    rename: (id: string, name: string): void => void store.durably(() => rename.run(name, id)),
    setPlace(id: string, at: Pick<ProjectRow, "path" | "realPath" | "kind" | "rootCommit">): void {
      store.durably(() => place.run(at.path, at.realPath, at.kind, at.rootCommit, id));
    },
    setTrust(id: string, trusted: ProjectRow["trusted"]): void {
      store.durably(() => trust.run(trusted?.hash ?? null, trusted ? JSON.stringify(trusted.items) : null, id));
    },
  };
}

function toProject(row: Row | undefined): ProjectRow | null {
  if (!row) return null;
  return {
    id: row.id,
    name: row.name,
    path: row.path,
    realPath: row.real_path,
    kind: row.kind === "git" ? "git" : "folder",
    rootCommit: row.root_commit,
    trusted:
      row.trusted_hash === null
        ? null
        : { hash: row.trusted_hash, items: trustedItems.parse(JSON.parse(row.trusted_items ?? "{}")) },
    addedAt: row.added_at,
  };
}
