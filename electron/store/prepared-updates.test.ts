import { eq, sql } from "drizzle-orm";
import { expect, it, onTestFinished } from "vitest";
import { tempFolder } from "../testing/temp-folder.ts";
import { openStore } from "./open.ts";
import { PreparedUpdates } from "./prepared-updates.ts";
import { sessions } from "./tables/work.ts";

function openSessions() {
  const opened = openStore(tempFolder("updates"), 1_000);
  if (!opened.ok) throw new Error(opened.error.message);
  const { value: store } = opened;
  onTestFinished(() => store.close());
  store.sqlite.exec(`
    INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'git', 1);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('a', 'p', '', 1, 1), ('b', 'p', '', 1, 1);
  `);
  const updates = new PreparedUpdates(store, sessions, eq(sessions.id, sql.placeholder("id")));
  const read = (id: string) => store.orm.select().from(sessions).where(eq(sessions.id, id)).get();
  return { updates, read };
}

it("sets what is given, in the column's own form, and nothing of another row", () => {
  const { updates, read } = openSessions();
  const before = read("b");
  updates.run({ id: "a" }, { title: "one", unread: true, tags: ["x", "y"], removedAt: 5 });
  expect(read("a")).toMatchObject({ title: "one", unread: true, tags: ["x", "y"], removedAt: 5 });
  updates.run({ id: "a" }, { title: "two", unread: false, tags: null, removedAt: null });
  expect(read("a")).toMatchObject({ title: "two", unread: false, tags: null, removedAt: null });
  updates.run({ id: "a" }, { title: "three", unread: true, tags: ["z"], removedAt: 7 });
  expect(read("a")).toMatchObject({ title: "three", unread: true, tags: ["z"], removedAt: 7 });
  expect(read("b")).toEqual(before);
});

it("leaves out what is undefined, and does nothing where nothing is given", () => {
  const { updates, read } = openSessions();
  const before = read("a");
  updates.run({ id: "a" }, {});
  updates.run({ id: "a" }, { title: undefined });
  expect(read("a")).toEqual(before);
  expect(() => updates.run({ id: "a" }, { nonsense: 1 })).toThrow("No column nonsense");
});
