import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { encodePath } from "../../shared/path-text.ts";
import type { Random } from "./random.ts";

// Edits as agents and people make them, in a folder of any bytes' names. What they leave is read with `readFolder`.

const folders = ["", "src/", "src/deep/er/", "docs/", "ä ö/"];
const names = [
  "a.txt",
  "b.txt",
  "README.md",
  "run.sh",
  "data.bin",
  "-rf",
  "in side",
  "new\nline",
  "\u00e9.txt",
  "bytes-\udcff",
  "x",
  "#y",
];

/** Between one and `most` edits; `mine` says which paths may be touched. */
export function editAtRandom(
  random: Random,
  root: string,
  mine: (path: string) => boolean,
  paths: () => string[],
  most = 5,
): void {
  for (let left = 1 + random.int(most); left > 0; left -= 1) editOnce(random, root, mine, paths().filter(mine));
}

function editOnce(random: Random, root: string, mine: (path: string) => boolean, there: string[]): void {
  const at = (path: string): Buffer => Buffer.from(encodePath(`${root}/${path}`));
  const fresh = random.pick(folders) + random.pick(names);
  const kind = random.pick(["create", "create", "edit", "edit", "edit", "delete", "rename", "mode", "link", "swap"] as const);
  const old = there.length > 0 ? random.pick(there) : null;
  if (old === null || kind === "create") {
    if (!mine(fresh) || !makeRoom(root, fresh)) return;
    // A link would be followed.
    rmSync(at(fresh), { force: true });
    writeFileSync(at(fresh), content(random));
    return;
  }
  const isLink = lstatSync(at(old)).isSymbolicLink();
  if (kind === "edit" && !isLink) writeFileSync(at(old), edited(random, readFileSync(at(old))));
  if (kind === "delete") rmSync(at(old));
  if (kind === "mode" && !isLink) chmodSync(at(old), lstatSync(at(old)).mode & 0o100 ? 0o644 : 0o755);
  if (kind === "rename" && mine(fresh) && fresh !== old && !existsSync(at(fresh)) && makeRoom(root, fresh))
    renameSync(at(old), at(fresh));
  if (kind === "link") {
    rmSync(at(old));
    symlinkSync(random.pick(["a.txt", "nowhere", "src", "x y"]), at(old));
  }
  if (kind === "swap") {
    rmSync(at(old));
    mkdirSync(at(old));
    writeFileSync(at(`${old}/inside`), content(random));
  }
}

/** False where a file is where a folder would have to be, or the other way round. */
function makeRoom(root: string, file: string): boolean {
  const parts = file.split("/");
  for (let depth = 1; depth <= parts.length; depth += 1) {
    const at = Buffer.from(encodePath(`${root}/${parts.slice(0, depth).join("/")}`));
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (!stat) {
      if (depth < parts.length) mkdirSync(at);
    } else if (stat.isDirectory() !== depth < parts.length) return false;
  }
  return true;
}

function content(random: Random): Uint8Array {
  const kind = random.int(10);
  if (kind === 0) return new Uint8Array();
  if (kind === 1) return Uint8Array.from({ length: 1 + random.int(3000) }, () => random.int(256));
  const end = kind === 2 ? "\r\n" : "\n";
  const lines = Array.from({ length: 1 + random.int(60) }, () => `line ${random.int(1_000_000)} ${"x".repeat(random.int(40))}`);
  return Buffer.from(lines.join(end) + (kind === 3 ? "" : end));
}

function edited(random: Random, bytes: Buffer): Uint8Array {
  if (bytes.includes(0) || bytes.length === 0) return content(random);
  const lines = bytes.toString("latin1").split("\n");
  const at = random.int(lines.length);
  lines.splice(at, random.int(3), ...Array.from({ length: random.int(3) }, () => `edited ${random.int(1_000_000)}`));
  return Buffer.from(lines.join("\n"), "latin1");
}
