import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { removeFolder } from "./remove-folder.ts";

/** A folder to write in, with `dir` in it, beside one whose name begins alike and that nothing may get into. */
export function besideCanary() {
  const base = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-write-")));
  const root = path.join(base, "app");
  const outside = path.join(base, "app-evil");
  mkdirSync(path.join(root, "dir"), { recursive: true });
  mkdirSync(outside);
  writeFileSync(path.join(outside, "canary"), "safe");
  return {
    base,
    root,
    outside,
    canary: () => readFileSync(path.join(outside, "canary"), "utf8"),
    outsideNames: () => readdirSync(outside),
    dispose: () => removeFolder(base),
  };
}
