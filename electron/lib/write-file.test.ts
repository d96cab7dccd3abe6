import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { besideCanary } from "../testing/beside-canary.ts";
import { encodePath } from "../../shared/path-text.ts";
import { leadsOutside, readInside, readStartInside, reallyInside, resolveInside, writeFileInside } from "./write-file.ts";

let folder: ReturnType<typeof besideCanary>;
let root: string;
let outside: string;
const bytes = Buffer.from("new");

beforeEach(() => {
  folder = besideCanary();
  ({ root, outside } = folder);
});
afterEach(() => folder.dispose());

const inRoot = (...parts: string[]) => path.join(root, ...parts);
const canary = () => folder.canary();
const outsideNames = () => folder.outsideNames();
const code = (result: { ok: boolean; error?: { code: string } }) => (result.ok ? "ok" : result.error?.code);

describe("writing", () => {
  it("writes bytes and mode exactly, making folders, leaving nothing else behind", async () => {
    const odd = Buffer.from([0xef, 0xbb, 0xbf, 0x61, 0x0d, 0x0a, 0x00, 0xff]);
    expect(await writeFileInside(root, "a/b/c.bin", { bytes: odd, mode: "100755" })).toEqual({ ok: true, value: null });
    expect(readFileSync(inRoot("a/b/c.bin"))).toEqual(odd);
    expect(lstatSync(inRoot("a/b/c.bin")).mode & 0o111).toBe(0o111);
    expect(readdirSync(inRoot("a/b"))).toEqual(["c.bin"]);
  });

  it("S57 keeps private permissions, and moves only the execute bit", async () => {
    writeFileSync(inRoot("key"), "old", { mode: 0o600 });
    await writeFileInside(root, "key", { bytes });
    expect(lstatSync(inRoot("key")).mode & 0o777).toBe(0o600);
    await writeFileInside(root, "key", { bytes, mode: "100755" });
    expect(lstatSync(inRoot("key")).mode & 0o777).toBe(0o700);
    await writeFileInside(root, "key", { bytes, mode: "100644" });
    expect(lstatSync(inRoot("key")).mode & 0o777).toBe(0o600);
    chmodSync(inRoot("key"), 0o4755);
    await writeFileInside(root, "key", { bytes, mode: "100755" });
    expect(lstatSync(inRoot("key")).mode & 0o7777).toBe(0o755);
  });

  it("R81 writes and reads names of any bytes", async () => {
    for (const name of ["new\nline", "tab\t", 'q"', "a -> b", "-rf", " x", "😀", "e\u0301", "\udcff\udcfe.txt", "back\\slash"]) {
      expect(await writeFileInside(root, `odd/${name}`, { bytes }), name).toEqual({ ok: true, value: null });
      const raw = Buffer.concat([Buffer.from(inRoot("odd/")), encodePath(name)]);
      expect(readFileSync(raw), name).toEqual(bytes);
      expect(await readInside(root, `odd/${name}`, 100), name).toEqual({ ok: true, value: { bytes, mode: "100644" } });
    }
  });

  it("R82 turns a link into a file", async () => {
    symlinkSync(path.join(outside, "canary"), inRoot("x"));
    await writeFileInside(root, "x", { bytes });
    expect(lstatSync(inRoot("x")).isFile()).toBe(true);
    expect(canary()).toBe("safe");
  });

  it("R82 puts a file where an empty folder is, and not where files are", async () => {
    expect(code(await writeFileInside(root, "dir", { bytes }))).toBe("ok");
    mkdirSync(inRoot("full"));
    writeFileSync(inRoot("full/kept"), "x");
    expect(code(await writeFileInside(root, "full", { bytes }))).toBe("PATH_REFUSED");
    expect(readdirSync(inRoot("full"))).toEqual(["kept"]);
  });
});

describe("confinement", () => {
  it("S50 S55 creates nothing for a hostile path", async () => {
    for (const hostile of [
      "../app-evil/x",
      "/etc/hearth-x",
      "new/../../x",
      ".git/config",
      "sub/.GIT/hooks/x",
      "a\0b",
      "git~1/x",
    ]) {
      expect(code(await writeFileInside(root, hostile, { bytes })), hostile).toBe("PATH_REFUSED");
      expect(code(await readInside(root, hostile, 10)), hostile).toBe("PATH_REFUSED");
      expect(code(await resolveInside(root, hostile)), hostile).toBe("PATH_REFUSED");
    }
    expect(readdirSync(root)).toEqual(["dir"]);
    expect(outsideNames()).toEqual(["canary"]);
  });

  it("S52 never goes through a linked folder, a chain or a dangling link", async () => {
    symlinkSync(outside, inRoot("out"));
    symlinkSync("out", inRoot("chain"));
    symlinkSync(path.join(folder.base, "nowhere"), inRoot("dangling"));
    for (const way of ["out", "chain", "dangling"]) {
      expect(code(await writeFileInside(root, `${way}/canary`, { bytes })), way).toBe("PATH_REFUSED");
      expect(code(await writeFileInside(root, `${way}/deep/x`, { bytes })), way).toBe("PATH_REFUSED");
      expect(code(await readInside(root, `${way}/canary`, 100)), way).toBe("PATH_REFUSED");
      expect(code(await resolveInside(root, `${way}/canary`)), way).not.toBe("ok");
    }
    expect(existsSync(path.join(folder.base, "nowhere"))).toBe(false);
    expect(outsideNames()).toEqual(["canary"]);
    expect(canary()).toBe("safe");
  });

  it("S52 leaves the other name of a hard link as it was", async () => {
    linkSync(path.join(outside, "canary"), inRoot("hard"));
    await writeFileInside(root, "hard", { bytes });
    expect(canary()).toBe("safe");
  });

  it("refuses pipes and folders as files", async () => {
    execFileSync("mkfifo", [inRoot("pipe")]);
    expect(code(await readInside(root, "pipe", 10))).toBe("PATH_REFUSED");
    expect(code(await readInside(root, "dir", 10))).toBe("PATH_REFUSED");
    expect(code(await readStartInside(root, "pipe", 10))).toBe("PATH_REFUSED");
  });

  it("reads the start of a file of any size, and none through a link", async () => {
    writeFileSync(inRoot("dir/big"), "x".repeat(11));
    expect(await readStartInside(root, "dir/big", 10)).toEqual({ ok: true, value: Buffer.from("x".repeat(10)) });
    symlinkSync("dir/big", inRoot("link"));
    symlinkSync("dir", inRoot("linked"));
    for (const way of ["link", "linked/big"]) expect(code(await readStartInside(root, way, 10)), way).toBe("PATH_REFUSED");
  });

  it("refuses more than was asked for", async () => {
    writeFileSync(inRoot("big"), "x".repeat(11));
    expect(code(await readInside(root, "big", 10))).toBe("TOO_LARGE");
    expect(code(await readInside(root, "none", 10))).toBe("FILE_NOT_FOUND");
  });
});

describe("resolveInside", () => {
  it("S51 S52 follows links that stay inside and refuses the others", async () => {
    writeFileSync(inRoot("dir/real"), "x");
    symlinkSync("dir", inRoot("alias"));
    symlinkSync(path.join(root, ".git"), inRoot("meta"));
    mkdirSync(inRoot(".git/hooks"), { recursive: true });
    expect(await resolveInside(root, "alias/real")).toEqual({ ok: true, value: { path: "dir/real", exists: true } });
    expect(await resolveInside(root, "alias/new/file")).toEqual({ ok: true, value: { path: "dir/new/file", exists: false } });
    expect(code(await resolveInside(root, "meta/hooks/pre-commit"))).toBe("PATH_REFUSED");
    symlinkSync(path.join(outside, "unborn"), inRoot("dangling"));
    expect(code(await resolveInside(root, "dangling"))).not.toBe("ok");
    renameSync(outside, `${root}-evil2`);
    symlinkSync(`${root}-evil2`, inRoot("sibling"));
    expect(code(await resolveInside(root, "sibling/canary"))).toBe("PATH_REFUSED");
  });

  it("S51 takes absolute paths of the root only", async () => {
    const spelled = path.join(folder.base, "named");
    symlinkSync(root, spelled);
    expect(await reallyInside(root, inRoot("a/b"))).toBe("a/b");
    expect(await reallyInside(spelled, path.join(spelled, "a"))).toBe("a");
    expect(await reallyInside(spelled, inRoot("a"))).toBe("a");
    expect(await reallyInside(root, path.join(outside, "a"))).toBeNull();
    expect(await reallyInside(root, `${root}/../x`)).toBeNull();
    expect(await reallyInside(root, root)).toBeNull();
  });
});

it("S56 tells links that lead out by their text", () => {
  expect(["/etc", "../../x", "..\\..\\x", "C:\\x", "../.git/config"].map((target) => leadsOutside("a/l", target))).toEqual([
    true,
    true,
    true,
    true,
    true,
  ]);
  expect(["b", "../b", "./b/", "../a/b", ".."].map((target) => leadsOutside("a/l", target))).toEqual([
    false,
    false,
    false,
    false,
    false,
  ]);
});
