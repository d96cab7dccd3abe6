import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createRouterClient } from "@orpc/server";
import Database from "better-sqlite3";
import { expect, it } from "vitest";
import { openCore } from "./core.ts";
import { migrations } from "./store/migrations/migrations.ts";
import { ownPrograms } from "./testing/own-programs.ts";
import { createTempPlace } from "./testing/temp-repo.ts";

/** Written by a released build that was killed while its third run went on. Its project lies in a folder that isn't here. */
const oldData = path.join(import.meta.dirname, "testing/fixtures/data-of-schema-1.sql");

it("opens a data folder that an older Hearth left, with everything that is in it", async () => {
  const place = createTempPlace();
  mkdirSync(place.data, { recursive: true });
  const sqlite = new Database(path.join(place.data, "hearth.db"));
  sqlite.exec(readFileSync(oldData, "utf8"));
  // Its third run was cut off before its first checkpoint was kept: who changed what is asked of the store, too.
  sqlite.exec("DELETE FROM checkpoints WHERE run_id = (SELECT id FROM runs WHERE ended_at IS NULL)");
  sqlite.close();
  const opened = await openCore({
    dataDir: place.data,
    configDir: path.join(place.root, "config"),
    host: "serve",
    version: "test",
    programs: ownPrograms,
    env: { PATH: process.env["PATH"], SHELL: "/bin/sh", ...place.env },
  });
  if (!opened.ok) throw new Error(opened.error.message);
  const core = opened.value;
  try {
    const rpc = createRouterClient(core.router, { context: {} });
    const projects = await rpc.projects.list();
    expect(projects).toMatchObject([{ name: "shop", path: "/home/ada/shop" }]);
    const [session] = await rpc.sessions.list({ projectId: projects[0]!.id });
    const [chat] = await rpc.chats.list({ sessionId: session!.id });
    const { turns, more } = await rpc.chats.timeline({ id: chat!.id, limit: 30 });
    expect(more).toBe(false);
    expect(turns.map(({ run, timeline }) => [run.status, timeline.items.map(({ kind }) => kind)])).toEqual([
      ["completed", ["reasoning", "plan", "tool", "tool", "permission", "question", "text"]],
      ["failed", []],
      ["interrupted", ["text"]],
    ]);
    expect(turns[0]?.timeline.items[3]).toMatchObject({
      tool: { kind: "edit", diff: [{ oldText: "export const total = 1;\n", newText: "export const total = 2;\n" }] },
    });
    expect(await rpc.chats.getDraft({ id: chat!.id })).toMatchObject({ blocks: [{ type: "text", text: "half a thought" }] });
    expect(await rpc.terminals.list({ sessionId: session!.id })).toHaveLength(1);
    expect((await rpc.checkpoints.list({ id: session!.id })).map(({ kind }) => kind)).toContain("manual");
    expect(readFileSync(path.join(place.data, "logs/hearth.log"), "utf8")).not.toContain("core.recover");
    const store = new Database(path.join(place.data, "hearth.db"), { readonly: true });
    const files = "SELECT entries ->> '$[0].path' AS path FROM applies JOIN apply_entries ON list_id = entries_id";
    expect(store.prepare(files).all()).toEqual([{ path: "cart.ts" }]);
    store.close();
    const backup = `hearth.db.before-${migrations.at(-1)?.version}-`;
    expect(readdirSync(place.data).filter((name) => name.startsWith(backup))).toHaveLength(1);
  } finally {
    await core.dispose();
    place.dispose();
  }
});
