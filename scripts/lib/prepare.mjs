// What has to be there before Hearth can run: its packages and its built files.
import path from "node:path";
import { isBuilt, sourceStamp } from "./build-stamp.mjs";
import { ensureInstalled } from "./install.mjs";
import { root, run } from "./run.mjs";

/** Installs and builds what is missing or out of date. Returns false after telling what went wrong. */
export async function prepare() {
  if (!(await ensureInstalled("run"))) return false;
  if (isBuilt(sourceStamp())) return true;
  console.error("Building Hearth…");
  const { code, output } = await run(process.execPath, [path.join(root, "scripts/build.mjs"), "--if-changed"], { quiet: true });
  if (code !== 0) console.error(`${output.trim()}\n\nThe build failed.`);
  return code === 0;
}
