import type { Store } from "./open.ts";

/** Sole writer of `layouts`: one document per session, kept as it was given. */
export type LayoutRepository = ReturnType<typeof createLayoutRepository>;

export function createLayoutRepository(store: Store) {
  const get = store.sqlite.prepare<[string], { document: string }>("SELECT document FROM layouts WHERE session_id = ?");
  const put = store.sqlite.prepare(
    "INSERT INTO layouts (session_id, document, updated_at) VALUES (?, ?, ?) ON CONFLICT (session_id) DO UPDATE SET document = excluded.document, updated_at = excluded.updated_at",
  );
  return {
    /** The stored text; null before the first save. */
    find: (sessionId: string): string | null => get.get(sessionId)?.document ?? null,
    save: (sessionId: string, document: string, now: number): void => void store.quickly(() => put.run(sessionId, document, now)),
  };
}
