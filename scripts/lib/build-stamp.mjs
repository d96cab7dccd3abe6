// Knows whether out/ was built from the sources as they are: names, sizes and times of change of all of them.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import path from "node:path";
import { root } from "./run.mjs";

const sources = ["shared", "electron", "renderer", "resources", "electron.vite.config.ts", "package-lock.json"];
const stampFile = path.join(root, "out/.built-from");

export function sourceStamp() {
  const hash = createHash("sha256");
  for (const source of sources) {
    for (const file of filesUnder(path.join(root, source))) {
      const { size, mtimeMs } = statSync(file);
      hash.update(`${path.relative(root, file)}\0${size}\0${mtimeMs}\n`);
    }
  }
  return hash.digest("hex");
}

function filesUnder(place) {
  if (!existsSync(place)) return [];
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => path.join(entry.parentPath ?? entry.path, entry.name))
    .sort();
}

export function isBuilt(stamp) {
  return existsSync(stampFile) && readFileSync(stampFile, "utf8") === stamp;
}

export function markBuilt(stamp) {
  mkdirSync(path.dirname(stampFile), { recursive: true });
  writeFileSync(stampFile, stamp);
}
