import { describe, expect, it } from "vitest";
import type { AppState, AppUpdate } from "../../shared/contract/system.ts";
import { Listeners } from "../lib/listeners.ts";
import { AppFeed, type CursoredUpdate } from "./app-feed.ts";

const changed = (sessionId: string): AppUpdate => ({ type: "changes", sessionId });

function feedOf(maxKept = 100) {
  const updates = new Listeners<AppUpdate>((error) => {
    throw error;
  });
  const feed = new AppFeed({ updates, state: async () => ({}) as AppState, maxKept });
  const read = (after?: string): AsyncGenerator<CursoredUpdate> => {
    const followed = feed.follow(after, undefined);
    if (!followed.ok) throw new Error(followed.error.code);
    return followed.value;
  };
  return { updates, feed, read };
}

async function next(reader: AsyncGenerator<CursoredUpdate>): Promise<CursoredUpdate> {
  const { value } = await reader.next();
  return value as CursoredUpdate;
}

describe("a reader of everything", () => {
  it("goes on from a cursor with all that came since, each thing once and as the latest", async () => {
    const { updates, read } = feedOf();
    const first = read();
    const { cursor, update } = await next(first);
    expect(update.type).toBe("snapshot");
    await first.return(undefined);
    for (const session of ["a", "b", "a"]) updates.emit(changed(session));
    const again = read(cursor);
    expect([(await next(again)).update, (await next(again)).update]).toEqual([changed("b"), changed("a")]);
    updates.emit(changed("c"));
    expect((await next(again)).update).toEqual(changed("c"));
  });

  it("gets again what changed while its snapshot was taken, if the break came before that", async () => {
    const { updates, read } = feedOf();
    const first = read();
    const taken = next(first);
    updates.emit(changed("a"));
    const { cursor } = await taken;
    expect((await next(read(cursor))).update).toEqual(changed("a"));
  });

  it("is told nothing twice: the cursor of an update leaves that one out", async () => {
    const { updates, read } = feedOf();
    const first = read();
    await next(first);
    updates.emit(changed("a"));
    const { cursor } = await next(first);
    updates.emit(changed("b"));
    expect((await next(read(cursor))).update).toEqual(changed("b"));
  });

  it.each(["of which too much came", "of another core", "that never was"])("is refused from a place %s", async (kind) => {
    const { updates, feed, read } = feedOf(2);
    const { cursor } = await next(read());
    for (const session of ["a", "b", "c"]) updates.emit(changed(session));
    const after = { "of which too much came": cursor, "of another core": "0123456789ab.1" }[kind] ?? `${cursor}9`;
    expect(feed.follow(after, undefined)).toMatchObject({ ok: false, error: { code: "CURSOR_TOO_OLD" } });
  });
});
