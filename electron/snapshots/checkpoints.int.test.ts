import { existsSync, rmSync, truncateSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readFolder } from "../testing/read-folder.ts";
import { createRepo, oddNames, repoShapes, type Repo } from "../testing/repos.ts";
import { createCheckpointsBench, type CheckpointsBench } from "../testing/snapshots-bench.ts";
import { value } from "../testing/value-of.ts";

let bench: CheckpointsBench;
let repo: Repo;
beforeEach(() => {
  bench = createCheckpointsBench();
});
afterEach(() => bench.dispose());

describe("list and compare", () => {
  it("lists newest first, with run, label and what was left out", async () => {
    repo = bench.use(repoShapes["one commit"](bench.folder));
    expect(bench.service.list("ses_1")).toEqual({ ok: true, value: [] });
    expect(bench.service.list("ses_none")).toMatchObject({ ok: false, error: { code: "SESSION_NOT_FOUND" } });
    const first = await value(bench.service.take("ses_1", "before-run", { runId: "run_1" }));
    repo.write("big", Buffer.alloc(1001));
    const second = await value(bench.service.create("ses_1", "mine"));
    expect(bench.service.list("ses_1")).toEqual({ ok: true, value: [second, first] });
    expect(first).toMatchObject({ runId: "run_1", kind: "before-run", label: null, skipped: [] });
    expect(second).toMatchObject({ runId: null, kind: "manual", label: "mine", skipped: [{ path: "big", bytes: 1001 }] });
    expect(bench.service.get(first.id)).toEqual({ ok: true, value: first });
    expect(bench.state.announced).toEqual(["ses_1", "ses_1"]);
    expect(await bench.service.take("ses_none", "manual", {})).toMatchObject({ ok: false, error: { code: "SESSION_NOT_FOUND" } });
  });

  it("gives every file its own patch: links, renames, modes, binaries, changes of kind", async () => {
    repo = bench.use(repoShapes["one commit"](bench.folder));
    repo.write("kind", "diff --git a/x b/x\n");
    repo.write("bin", Buffer.from([0, 1]));
    const from = await bench.take("manual");
    repo.write("a.txt", "one\ndiff --git a/z b/z\nthree\n");
    repo.write("bin", Buffer.from([0, 2]));
    repo.remove("kind");
    repo.link("kind", "a.txt");
    repo.write("run.sh", "#!/bin/sh\n");
    repo.write("z.txt", "z\n");
    const diff = await value(bench.service.diff(from.id));
    expect(diff.map((file) => file.path)).toEqual(["a.txt", "bin", "kind", "run.sh", "z.txt"]);
    const patches = Object.fromEntries(diff.map((file) => [file.path, file.patch]));
    expect(patches["a.txt"]).toContain("+diff --git a/z b/z\n");
    expect(patches["bin"]).toBeNull();
    expect(patches["kind"]?.match(/^diff --git /gm)?.length).toBe(2);
    expect(patches["run.sh"]).toContain("old mode 100755");
    expect(patches["z.txt"]).toContain("+z\n");
    const to = await bench.take("manual");
    repo.write("z.txt", "later\n");
    expect(await value(bench.service.diff(from.id, to.id))).toEqual(diff);
    expect(await bench.service.diff(from.id, "chk_none")).toMatchObject({ ok: false, error: { code: "CHECKPOINT_NOT_FOUND" } });
  });
});

describe("restore", () => {
  it("R10 R81 R82 puts every byte, mode, link and name back, and its undo puts them forward again", async () => {
    repo = bench.use(createRepo(bench.folder));
    for (const name of oddNames) repo.write(name, `first ${name}`);
    repo.write("crlf", "a\r\nb\n");
    repo.write("bin", Buffer.from([0, 255, 13, 10]));
    repo.write("exec", "x", { executable: true });
    repo.write("empty", "");
    repo.write("kind", "a file");
    repo.write("dir/inner", "x");
    repo.link("link", "/etc/nowhere");
    const before = bench.files();
    const { before: checkpoint } = await bench.run(() => {
      for (const name of oddNames.slice(0, 10)) repo.write(name, "second");
      for (const name of oddNames.slice(10)) repo.remove(name);
      repo.write("exec", "x");
      repo.remove("empty");
      repo.remove("kind");
      repo.write("kind/is/now/a/bench.folder", "y");
      repo.remove("dir");
      repo.link("dir", "kind");
      repo.link("link", "elsewhere");
      repo.write("new/deep/file", "n");
    });
    const after = bench.files();
    const preview = await bench.restore(checkpoint.id, true);
    expect(bench.files()).toEqual(after);
    expect(preview.checkpointBeforeId).toBeNull();
    const result = await bench.restore(checkpoint.id);
    expect(result.conflicts).toEqual([]);
    expect(result.changed.toSorted()).toEqual(preview.changed.toSorted());
    expect(bench.files()).toEqual(before);
    expect(existsSync(path.join(repo.path, "new"))).toBe(false);
    expect(bench.state.restored).toEqual([checkpoint.revisionId]);

    const undone = await bench.restore(result.checkpointBeforeId ?? "");
    expect(undone.conflicts).toEqual([]);
    expect(bench.files()).toEqual(after);
  });

  it("writes nothing and takes nothing where nothing differs", async () => {
    repo = bench.use(repoShapes["one commit"](bench.folder));
    const checkpoint = await bench.take("manual");
    const none = { changed: [], changes: [], conflicts: [], kept: [], notCovered: [] };
    expect(await bench.restore(checkpoint.id)).toEqual({ ...none, mode: "exact", checkpointBeforeId: null });
    expect(bench.service.list("ses_1")).toMatchObject({ value: [{ id: checkpoint.id }] });
  });

  it("R66 leaves the user's index, HEAD and stash as they were", async () => {
    repo = bench.use(repoShapes["one commit"](bench.folder));
    repo.write("a.txt", "staged\n");
    repo.git("add", "a.txt");
    const look = () => [
      repo.git("ls-files", "-s"),
      repo.git("rev-parse", "HEAD"),
      repo.git("stash", "list"),
      repo.git("for-each-ref"),
    ];
    const { before } = await bench.run(() => repo.write("a.txt", "agent\n"));
    const state = look();
    await bench.restore(before.id);
    expect(look()).toEqual(state);
  });

  it("keeps what a person edited after the run: merged where it can be, a conflict where not", async () => {
    repo = bench.use(createRepo(bench.folder));
    const lines = (first: string, last: string) => `${first}\n2\n3\n4\n5\n6\n7\n${last}\n`;
    for (const name of ["both", "clash", "agent", "gone", "made"]) repo.write(name, lines("1", "8"));
    repo.remove("made");
    repo.write("hand", "hand\n");
    const { before } = await bench.run(() => {
      for (const name of ["both", "clash", "agent", "gone"]) repo.write(name, lines("agent", "8"));
      repo.write("made", "agent\n");
    });
    repo.write("both", lines("agent", "person"));
    repo.write("clash", lines("person", "8"));
    repo.write("hand", "edited\n");
    repo.write("made", "person\n");
    repo.remove("gone");
    const preview = await bench.restore(before.id, true);
    const result = await bench.restore(before.id);
    expect(result.changed).toEqual(["agent", "both"]);
    expect(preview.changed).toEqual(result.changed);
    expect(result.conflicts.map((conflict) => conflict.path)).toEqual(["clash", "gone", "made"]);
    expect(preview.conflicts).toEqual(result.conflicts);
    const text = (name: string) => Buffer.from(bench.files()[name]?.slice(4) ?? "", "hex").toString();
    expect([text("agent"), text("both"), text("clash"), text("hand"), text("made")]).toEqual([
      lines("1", "8"),
      lines("1", "person"),
      lines("person", "8"),
      "edited\n",
      "person\n",
    ]);
    const afterFirst = bench.files();
    await bench.restore(result.checkpointBeforeId ?? "");
    expect(text("both")).toBe(lines("agent", "person"));
    expect(await bench.restore(before.id)).toMatchObject({ changed: ["agent", "both"] });
    expect(bench.files()).toEqual(afterFirst);
  });

  it("gives a person their own checkpoint back as it was", async () => {
    repo = bench.use(createRepo(bench.folder));
    repo.write("a", "one\n");
    await bench.run(() => repo.write("b", "agent\n"));
    repo.write("a", "two\n");
    const mine = await bench.take("manual");
    repo.write("a", "three\n");
    repo.write("c", "new\n");
    expect((await bench.restore(mine.id)).changed).toEqual(["c", "a"]);
    expect(bench.files()).toEqual({
      a: `644:${Buffer.from("two\n").toString("hex")}`,
      b: `644:${Buffer.from("agent\n").toString("hex")}`,
    });
  });

  it("R88 never touches ignored files, nor one that stands where a file was", async () => {
    repo = bench.use(createRepo(bench.folder));
    repo.write("config", "tracked\n");
    repo.write("cache/x", "tracked\n");
    const { before } = await bench.run(() => {
      repo.remove("config");
      repo.remove("cache");
      repo.write(".gitignore", ".env\nnode_modules/\nconfig\ncache\n");
    });
    for (const name of [".env", "node_modules/m/index.js", "config", "cache/ignored"]) repo.write(name, "mine\n");
    const kept = bench.files();
    const result = await bench.restore(before.id);
    expect(result.conflicts.map((conflict) => conflict.path)).toEqual(["config"]);
    expect(result.changed).toEqual([".gitignore", "cache/x"]);
    for (const name of [".env", "node_modules/m/index.js", "config", "cache/ignored"])
      expect(bench.files()[name], name).toBe(kept[name]);
  });

  it("R74 leaves large untracked files alone, both those there then and those there now", async () => {
    repo = bench.use(createRepo(bench.folder));
    repo.write("then", Buffer.alloc(2000, 1));
    repo.write("small", "s\n");
    const { before } = await bench.run(() => {
      repo.write("then", "short now\n");
      repo.write("now", "");
      truncateSync(path.join(repo.path, "now"), 5 * 1024 ** 3);
      repo.write("small", "");
      truncateSync(path.join(repo.path, "small"), 4000);
    });
    const result = await bench.restore(before.id);
    expect(result).toMatchObject({ changed: [], conflicts: [{ path: "small" }] });
    expect(existsSync(path.join(repo.path, "now")) && existsSync(path.join(repo.path, "then"))).toBe(true);
  });

  it("S52 S56 writes nothing through a link that a run left in a folder's place", async () => {
    repo = bench.use(createRepo(bench.folder));
    const outside = createRepo(bench.folder, "outside", { plain: true });
    outside.write("file", "safe\n");
    repo.write("dir/file", "mine\n");
    const { before } = await bench.run(() => {
      repo.remove("dir");
      repo.link("dir", "../outside");
    });
    const result = await bench.restore(before.id);
    expect(result.conflicts).toEqual([]);
    expect(readFolder(outside.path)).toEqual({ file: `644:${Buffer.from("safe\n").toString("hex")}` });
    expect(bench.files()).toEqual({ "dir/file": `644:${Buffer.from("mine\n").toString("hex")}` });
  });

  it("keeps agents out of the folder until all is written", async () => {
    repo = bench.use(repoShapes["one commit"](bench.folder));
    const checkpoint = await bench.take("manual");
    repo.write("a.txt", "x");
    await bench.restore(checkpoint.id);
    expect([...bench.state.leasedAtWork]).toEqual([repo.path]);
    expect([...bench.state.leased]).toEqual([]);
  });

  it("refuses while an agent is at work, and what it doesn't know", async () => {
    repo = bench.use(repoShapes["one commit"](bench.folder));
    const checkpoint = await bench.take("manual");
    repo.write("a.txt", "x");
    bench.state.busy = true;
    expect(await bench.service.restore(checkpoint.id, { dryRun: false })).toMatchObject({
      ok: false,
      error: { code: "WORKING_COPY_BUSY" },
    });
    bench.state.busy = false;
    expect(await bench.service.restore("chk_none", { dryRun: false })).toMatchObject({
      ok: false,
      error: { code: "CHECKPOINT_NOT_FOUND" },
    });
    rmSync(repo.path, { recursive: true });
    expect(await bench.service.restore(checkpoint.id, { dryRun: false })).toMatchObject({
      ok: false,
      error: { code: "WORKING_COPY_MISSING" },
    });
  });

  it("restores a removed copy whole from its last checkpoint", async () => {
    repo = bench.use(repoShapes["one commit"](bench.folder));
    repo.write("untracked", "u");
    await bench.run(() => repo.write("a.txt", "agent\n"));
    const before = bench.files();
    const last = await value(bench.service.take("ses_1", "before-removal", {}));
    for (const name of ["a.txt", "dir", "untracked", "run.sh", "link"]) repo.remove(name);
    await bench.restore(last.id);
    expect(bench.files()).toEqual(before);
  });

  it("keeps and restores the project's own checkout apart from the session's copy", async () => {
    repo = bench.use(repoShapes["one commit"](bench.folder));
    const checkout = createRepo(bench.folder, "checkout");
    checkout.write("mine", "1\n");
    const before = await value(bench.service.take("ses_1", "before-apply", { of: { place: "checkout", folder: null } }));
    checkout.write("mine", "2\n");
    repo.write("a.txt", "copy\n");
    const copyFiles = bench.files();
    expect((await bench.restore(before.id)).changed).toEqual(["mine"]);
    expect(readFolder(checkout.path)).toEqual({ mine: `644:${Buffer.from("1\n").toString("hex")}` });
    expect(bench.files()).toEqual(copyFiles);
    expect(bench.state.restored).toEqual([]);
  });
});
