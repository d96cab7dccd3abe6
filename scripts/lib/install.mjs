// Installs what package-lock.json names, when what is there isn't that already.
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { root, run } from "./run.mjs";

/**
 * `what`: "run" for what the program needs, "develop" for everything. More than asked for is fine.
 * Returns false after telling why it couldn't be done.
 */
export async function ensureInstalled(what) {
  if (isInstalled(what)) return true;
  console.error("Installing what Hearth needs from npm…");
  // npm takes away what it isn't asked for: who has the development packages keeps them, whatever NODE_ENV says.
  const development = what === "develop" || hasDevelopmentPackages() ? "--include=dev" : "--omit=dev";
  // Not `npm ci`, which empties node_modules first: what can't be fetched would take everything else with it.
  const install = ["install", "--no-save", development, "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
  const { code, output } = await run("npm", install, { quiet: true });
  if (code === 0) return true;
  console.error(
    `${output.trim()}\n\nThe packages could not be installed. Check the connection to the npm registry and try again.`,
  );
  return false;
}

function hasDevelopmentPackages() {
  const { devDependencies } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  return Object.keys(devDependencies).some((name) => existsSync(path.join(root, "node_modules", name)));
}

/** npm keeps a lockfile of what it really put there; it is compared with the one that says what should be. */
function isInstalled(what) {
  const there = path.join(root, "node_modules/.package-lock.json");
  if (!existsSync(there)) return false;
  const wanted = JSON.parse(readFileSync(path.join(root, "package-lock.json"), "utf8")).packages;
  const installed = JSON.parse(readFileSync(there, "utf8")).packages;
  return Object.entries(wanted).every(([name, entry]) => {
    if (name === "" || entry.optional) return true;
    if (what === "run" && (entry.dev || entry.devOptional)) return true;
    return installed[name]?.version === entry.version;
  });
}
