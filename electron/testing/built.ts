import { execFileSync } from "node:child_process";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../..");

let isBuilt = false;

/** A file of the program as it is shipped, built first where the sources changed. From the sources it takes some times as long to start. */
export function built(file: string): string {
  if (!isBuilt) execFileSync(process.execPath, [path.join(root, "scripts/build.mjs"), "--if-changed"], { stdio: "inherit" });
  isBuilt = true;
  return path.join(root, "out/main", file);
}
