import { mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { engineName, enginePins } from "../../electron/assistant/embedded/engine-pins.ts";
import { modelEngine } from "../../electron/testing/model-engine.ts";

/** Puts what serves embedded models into a data folder, as an install from npm leaves it. */
export function placeEngine(dataDir: string): void {
  const packages = enginePins(process.platform, process.arch)?.packages;
  if (modelEngine === null || !packages) throw new Error("There is nothing here that serves embedded models");
  const folder = path.join(dataDir, "models/engine", engineName);
  mkdirSync(path.join(folder, "placed"), { recursive: true });
  symlinkSync(path.dirname(modelEngine), path.join(folder, "placed/node_modules"));
  const pinned = packages.map(({ name, version, integrity }) => ({ name, version, integrity }));
  writeFileSync(path.join(folder, "installed.json"), JSON.stringify({ folder: "placed", packages: pinned, bytes: 90_000_000 }));
}
