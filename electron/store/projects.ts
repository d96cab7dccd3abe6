import { and, asc, eq, isNull, sql } from "drizzle-orm";
import type { SQLiteUpdateSetSource } from "drizzle-orm/sqlite-core";
import type { Store } from "./open.ts";
import { projects } from "./tables/work.ts";

type Row = typeof projects.$inferSelect;

/** Path of something that can run → the hashes of its content that the person has trusted. */
export type TrustedItems = NonNullable<Row["trustedItems"]>;

/** `trusted` is null while the project isn't trusted. */
export type ProjectRow = Omit<Row, "trustedHash" | "trustedItems" | "removedAt"> & {
  trusted: { hash: string; items: TrustedItems } | null;
};

/** Sole writer of `projects`. A removed project keeps its row for the checkpoints of its sessions. */
export class ProjectRepository {
  readonly #store;
  readonly #byId;

  constructor(store: Store) {
    this.#store = store;
    this.#byId = this.#select(eq(projects.id, sql.placeholder("id"))).prepare();
  }

  find(id: string): ProjectRow | null {
    return toProject(this.#byId.get({ id }));
  }

  findByRealPath(realPath: string): ProjectRow | null {
    return toProject(this.#select(eq(projects.realPath, realPath)).get());
  }

  list(): ProjectRow[] {
    return this.#select()
      .orderBy(asc(projects.addedAt), asc(projects.id))
      .all()
      .flatMap((row) => toProject(row) ?? []);
  }

  add(project: Omit<ProjectRow, "trusted">): void {
    this.#store.write(() => this.#store.orm.insert(projects).values(project).run());
  }

  /** Gone for every reader; the path is free for another project. */
  remove(id: string, now: number): void {
    const realPath = sql`${projects.realPath} || '#removed:' || ${projects.id}`;
    this.#update(id, { removedAt: now, realPath, trustedHash: null, trustedItems: null });
  }

  rename(id: string, name: string): void {
    this.#update(id, { name });
  }

  setPlace(
    id: string,
    { path, realPath, folder, kind, rootCommit }: Pick<ProjectRow, "path" | "realPath" | "folder" | "kind" | "rootCommit">,
  ): void {
    this.#update(id, { path, realPath, folder, kind, rootCommit });
  }

  setTrust(id: string, trusted: ProjectRow["trusted"]): void {
    this.#update(id, { trustedHash: trusted?.hash ?? null, trustedItems: trusted?.items ?? null });
  }

  #select(where?: ReturnType<typeof eq>) {
    return this.#store.orm
      .select()
      .from(projects)
      .where(and(where, isNull(projects.removedAt)));
  }

  #update(id: string, change: SQLiteUpdateSetSource<typeof projects>): void {
    this.#store.write(() => this.#store.orm.update(projects).set(change).where(eq(projects.id, id)).run());
  }
}

function toProject(row: Row | undefined): ProjectRow | null {
  if (!row) return null;
  const { trustedHash, trustedItems, removedAt: _, ...project } = row;
  return { ...project, trusted: trustedHash === null ? null : { hash: trustedHash, items: trustedItems ?? {} } };
}
