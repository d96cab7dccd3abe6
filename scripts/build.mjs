// Builds out/main (shell, core, command line, practice agent), out/preload and out/renderer.
// `--if-changed` leaves them alone when the sources are the ones they were built from.
import path from "node:path";
import { isBuilt, markBuilt, sourceStamp } from "./lib/build-stamp.mjs";
import { root } from "./lib/run.mjs";

const stamp = sourceStamp();
if (!process.argv.includes("--if-changed") || !isBuilt(stamp)) {
  process.env.NODE_ENV = "production";
  const { build } = await import("electron-vite");
  await build({ root, configFile: path.join(root, "electron.vite.config.ts"), logLevel: "warn" });
  markBuilt(stamp);
}
