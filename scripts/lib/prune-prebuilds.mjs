// better-sqlite3 brings its native part for eight systems; a package needs those of its own.
import { existsSync, readdirSync, rmSync } from "node:fs";
import path from "node:path";

/** Removes prebuilds that `platform` can't load. Both of its processors' stay: one machine packages for either. */
export function prunePrebuilds(nodeModules, platform) {
  const folder = path.join(nodeModules, "better-sqlite3/prebuilds");
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder)) if (!file.startsWith(`${platform}-`)) rmSync(path.join(folder, file));
}
