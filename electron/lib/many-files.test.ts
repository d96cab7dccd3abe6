import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { besideCanary } from "../testing/beside-canary.ts";
import { encodePath } from "../../shared/path-text.ts";
import { ok } from "../../shared/result.ts";
import { ManyFiles } from "./many-files.ts";

let folder: ReturnType<typeof besideCanary>;
let root: string;
let outside: string;
let files: ManyFiles;
const bytes = Buffer.from("new");

beforeEach(() => {
  folder = besideCanary();
  ({ root, outside } = folder);
  files = new ManyFiles(root);
});
afterEach(() => {
  files.close();
  folder.dispose();
});

const inRoot = (...parts: string[]) => path.join(root, ...parts);
const canary = () => folder.canary();
const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? "ok" : result.error?.code);

async function seen(at: string) {
  const found = await files.read(at, 10_000_000, () => {});
  return found.ok ? found.value.look : null;
}

const remove = async (at: string) => files.remove(at, await seen(at));

async function write(at: string, content: Uint8Array = bytes, mode: "100644" | "100755" = "100644") {
  const staged = await files.stage(at, ".hearth-tmp-1", { mode, source: content });
  return staged.ok ? files.put(staged.value, await seen(at)) : staged;
}

async function link(at: string, target: string) {
  const staged = await files.stageLink(at, ".hearth-tmp-1", Buffer.from(target));
  return staged.ok ? files.put(staged.value, await seen(at)) : staged;
}

async function read(at: string) {
  const parts: Uint8Array[] = [];
  const found = await files.read(at, 10_000_000, (part) => void parts.push(Buffer.from(part)));
  return found.ok ? { mode: found.value.mode, bytes: Buffer.concat(parts) } : found;
}

it("R81 writes, reads and removes names of any bytes, and folders that are empty by it", async () => {
  for (const name of ["new\nline", "tab\t", 'q"', "a -> b", "-rf", " x", "😀", "e\u0301", "\udcff\udcfe.txt", "back\\slash"]) {
    expect(await write(`odd/${name}`), name).toEqual({ ok: true, value: "done" });
    const raw = Buffer.concat([Buffer.from(inRoot("odd/")), encodePath(name)]);
    expect(readFileSync(raw), name).toEqual(bytes);
    expect(await read(`odd/${name}`), name).toEqual({ mode: "100644", bytes });
    expect(await remove(`odd/${name}`)).toEqual({ ok: true, value: "done" });
    expect(existsSync(raw), name).toBe(false);
  }
  expect(existsSync(inRoot("odd"))).toBe(false);
  expect((await files.settle()).ok).toBe(true);
});

it("writes and reads a file that is larger than one part, and an empty one", async () => {
  const large = Buffer.alloc(3 * 1024 * 1024 + 7, "0123456789");
  await write("large", large);
  await write("empty", Buffer.alloc(0), "100755");
  expect(((await read("large")) as { bytes: Buffer }).bytes.equals(large)).toBe(true);
  expect(await read("empty")).toEqual({ mode: "100755", bytes: Buffer.alloc(0) });
});

it("S57 keeps private permissions, and moves only the execute bit", async () => {
  writeFileSync(inRoot("key"), "old", { mode: 0o600 });
  await write("key");
  expect(lstatSync(inRoot("key")).mode & 0o777).toBe(0o600);
  await write("key", bytes, "100755");
  expect(lstatSync(inRoot("key")).mode & 0o777).toBe(0o700);
});

it("is as private as what it replaces while it isn't whole yet", async () => {
  writeFileSync(inRoot("key"), "old", { mode: 0o600 });
  const modes: number[] = [];
  const source = async (take: (part: Uint8Array) => Promise<void>) => {
    await take(bytes);
    modes.push(lstatSync(inRoot(".hearth-tmp-1")).mode & 0o777);
    return ok(null);
  };
  await files.stage("key", ".hearth-tmp-1", { mode: "100644", source });
  expect(modes).toEqual([0o600]);
});

it("has the permissions of what it replaces as they are by then, not as they were when it was looked at", async () => {
  writeFileSync(inRoot("key"), "old", { mode: 0o644 });
  const replaces = await seen("key");
  const staged = await files.stage("key", ".hearth-tmp-1", { mode: "100644", source: bytes, replaces });
  chmodSync(inRoot("key"), 0o600);
  expect(staged.ok && (await files.put(staged.value, replaces))).toEqual(ok("changed"));
  expect(staged.ok && (await files.put(staged.value, await seen("key")))).toEqual(ok("done"));
  expect([lstatSync(inRoot("key")).mode & 0o777, readFileSync(inRoot("key"), "utf8")]).toEqual([0o600, "new"]);
});

it("R82 turns a link into a file and a file into a link, and puts either where an empty folder is", async () => {
  symlinkSync(path.join(outside, "canary"), inRoot("x"));
  await write("x");
  expect(lstatSync(inRoot("x")).isFile()).toBe(true);
  await link("x", "dir");
  expect(readlinkSync(inRoot("x"))).toBe("dir");
  expect(code(await write("dir"))).toBe("ok");
  mkdirSync(inRoot("full"));
  writeFileSync(inRoot("full/kept"), "x");
  expect(code(await write("full"))).toBe("PATH_REFUSED");
  expect(readdirSync(inRoot("full"))).toEqual(["kept"]);
  // All of it makes way, or none.
  mkdirSync(inRoot("full/a/b"), { recursive: true });
  expect(files.emptyFolders("full")).toEqual([]);
  expect(code(await write("full"))).toBe("PATH_REFUSED");
  expect(readdirSync(inRoot("full/a"))).toEqual(["b"]);
  expect(files.emptyFolders("full/a")).toEqual(["full/a", "full/a/b"]);
  expect(canary()).toBe("safe");
});

it("leaves nothing of what is staged and given up, nor of what a crash left", async () => {
  const staged = await files.stage("a/b/c", ".hearth-tmp-1", { mode: "100644", source: bytes });
  if (staged.ok) await files.discard(staged.value);
  expect(readdirSync(root)).toEqual(["dir"]);
  writeFileSync(inRoot("dir/.hearth-tmp-1"), "half");
  expect(code(await write("dir/x"))).toBe("ok");
  writeFileSync(inRoot("dir/.hearth-tmp-2"), "half");
  await files.clear("dir/x", ".hearth-tmp-2");
  expect(readdirSync(inRoot("dir"))).toEqual(["x"]);
});

it("S50 S55 touches nothing at a hostile path", async () => {
  for (const hostile of ["../app-evil/x", "/etc/hearth-x", "new/../../x", ".git/config", "sub/.GIT/hooks/x", "a\0b", "git~1/x"]) {
    expect(code(await write(hostile)), hostile).toBe("PATH_REFUSED");
    expect(code(await remove(hostile)), hostile).toBe("PATH_REFUSED");
    expect(code(await files.read(hostile, 10_000_000, () => {})), hostile).toBe("PATH_REFUSED");
  }
  expect(readdirSync(root)).toEqual(["dir"]);
});

it("S52 S61 never goes through a link: not a folder's, a chain, a dangling one, nor one that a hard link shares", async () => {
  symlinkSync(outside, inRoot("out"));
  symlinkSync("out", inRoot("chain"));
  symlinkSync(path.join(folder.base, "nowhere"), inRoot("dangling"));
  for (const way of ["out", "chain", "dangling"]) {
    expect(code(await write(`${way}/canary`)), way).toBe("PATH_REFUSED");
    expect(code(await write(`${way}/deep/x`)), way).toBe("PATH_REFUSED");
    expect(code(await link(`${way}/l`, "x")), way).toBe("PATH_REFUSED");
    expect(code(await remove(`${way}/canary`)), way).toBe("PATH_REFUSED");
    expect(code(await files.read(`${way}/canary`, 10_000_000, () => {})), way).toBe("PATH_REFUSED");
  }
  linkSync(path.join(outside, "canary"), inRoot("hard"));
  await write("hard");
  expect(code(await remove("out"))).toBe("ok");
  expect(existsSync(path.join(folder.base, "nowhere"))).toBe(false);
  expect(readdirSync(outside)).toEqual(["canary"]);
  expect(canary()).toBe("safe");
});

it("refuses pipes and folders as files", async () => {
  execFileSync("mkfifo", [inRoot("pipe")]);
  expect(code(await files.read("pipe", 10_000_000, () => {}))).toBe("PATH_REFUSED");
  expect(code(await files.read("dir", 10_000_000, () => {}))).toBe("PATH_REFUSED");
  expect(code(await remove("dir"))).toBe("PATH_REFUSED");
  expect(code(await files.read("none", 10_000_000, () => {}))).toBe("FILE_NOT_FOUND");
  writeFileSync(inRoot("big"), "x".repeat(11));
  expect(code(await files.read("big", 10, () => {}))).toBe("TOO_LARGE");
});

it("S53 says that a folder was swapped for a link while files were written in it, and wrote nothing behind the link", async () => {
  expect(code(await write("dir/a"))).toBe("ok");
  renameSync(inRoot("dir"), inRoot("aside"));
  symlinkSync(outside, inRoot("dir"));
  await write("dir/canary");
  expect(await files.settle()).toMatchObject({ ok: false, error: { code: "PATH_REFUSED" } });
  expect(readdirSync(outside)).toEqual(["canary"]);
  expect(canary()).toBe("safe");
});

it("goes on in more folders than it holds", async () => {
  const paths = Array.from({ length: 300 }, (_, at) => `many/d${at}/f`);
  for (const at of paths) expect(code(await write(at))).toBe("ok");
  for (const at of paths) expect(code(await write(at, Buffer.from("again")))).toBe("ok");
  expect((await files.settle()).ok).toBe(true);
  expect(readFileSync(inRoot("many/d7/f"), "utf8")).toBe("again");
});

it.each(["as it is", "by another file"])("neither replaces nor removes what was saved since it was seen, %s", async (how) => {
  const save = (): void => {
    if (how === "as it is") return writeFileSync(inRoot("a"), "the person's");
    writeFileSync(inRoot("saved"), "the person's");
    renameSync(inRoot("saved"), inRoot("a"));
  };
  for (const size of [3, 2 * 1024 * 1024]) {
    writeFileSync(inRoot("a"), Buffer.alloc(size));
    const staged = await files.stage("a", ".hearth-tmp-1", { mode: "100644", source: Buffer.alloc(size, 1) });
    if (!staged.ok) throw new Error(staged.error.message);
    const look = await seen("a");
    await files.ready(staged.value);
    save();
    expect(await files.put(staged.value, look)).toEqual({ ok: true, value: "changed" });
    expect(await files.put(staged.value, null)).toEqual({ ok: true, value: "changed" });
    expect(await files.remove("a", look)).toEqual({ ok: true, value: "changed" });
    expect(readFileSync(inRoot("a"), "utf8")).toBe("the person's");
    expect(await files.put(staged.value, await seen("a"))).toEqual({ ok: true, value: "done" });
    expect(await remove("a")).toEqual({ ok: true, value: "done" });
    expect(existsSync(inRoot("a"))).toBe(false);
  }
});
