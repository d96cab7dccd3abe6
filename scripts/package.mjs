// npm run package: builds Hearth, stages it with what it needs at run time, and has electron-builder make this system's
// packages in dist/packages. Needs Electron's program, from GitHub or ELECTRON_MIRROR. `-- --stage` stops before that;
// everything else is passed on to electron-builder.
import { cpSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { builtinModules } from "node:module";
import path from "node:path";
import { ensureInstalled } from "./lib/install.mjs";
import { prunePrebuilds } from "./lib/prune-prebuilds.mjs";
import { root, run } from "./lib/run.mjs";

const stage = path.join(root, "dist/app");
const tools = path.join(root, "packaging");
const asked = process.argv.slice(2);

if (!(await ensureInstalled("run"))) process.exit(1);
await must(process.execPath, [path.join(root, "scripts/build.mjs"), "--if-changed"]);
await stageApp();
if (asked.includes("--stage")) process.exit(0);
await must("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], tools);
const builder = path.join(tools, "node_modules/electron-builder/cli.js");
await must(process.execPath, [
  builder,
  "--projectDir",
  root,
  "--config",
  path.join(tools, "electron-builder.json"),
  "--publish=never",
  ...asked,
]);

/** dist/app: the built files, and of the dependencies those that the built files import, as package-lock.json pins them. */
async function stageApp() {
  const manifest = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8"));
  const dependencies = Object.fromEntries(importedPackages().map((name) => [name, versionOf(manifest, name)]));
  const { name, version, description, license, type, main } = manifest;
  rmSync(stage, { recursive: true, force: true });
  mkdirSync(stage, { recursive: true });
  const app = {
    name,
    productName: "Hearth",
    version,
    description,
    license,
    author: "The Hearth authors",
    type,
    main,
    dependencies,
  };
  writeFileSync(path.join(stage, "package.json"), `${JSON.stringify(app, null, 2)}\n`);
  for (const file of ["package-lock.json", "LICENSE"]) cpSync(path.join(root, file), path.join(stage, file));
  cpSync(path.join(root, "out"), path.join(stage, "out"), { recursive: true });
  await must("npm", ["install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], stage);
  prunePrebuilds(path.join(stage, "node_modules"), process.platform);
}

/** Packages that the built files name in an import or a require of their own making. The page is bundled whole and imports none. */
function importedPackages() {
  const files = readdirSync(path.join(root, "out/main"), { recursive: true, encoding: "utf8" }).filter((file) =>
    file.endsWith(".js"),
  );
  const names = files.flatMap((file) => {
    const text = readFileSync(path.join(root, "out/main", file), "utf8");
    return [
      ...text.matchAll(/^\s*(?:import|export)\b[^"'\n]*["']([^"'.][^"']*)["']/gm),
      ...text.matchAll(/\bimport\(["']([^"'.][^"']*)["']\)/g),
      ...text.matchAll(/\bcreateRequire\(import\.meta\.url\)(?:\.resolve)?\(["']([^"'.][^"']*)["']\)/g),
    ].map(([, specifier]) =>
      specifier
        .split("/")
        .slice(0, specifier.startsWith("@") ? 2 : 1)
        .join("/"),
    );
  });
  return [...new Set(names)].filter((name) => name !== "electron" && !name.startsWith("node:") && !builtinModules.includes(name));
}

function versionOf(manifest, name) {
  const version = manifest.dependencies[name];
  if (!version) throw new Error(`The build imports ${name}, which package.json doesn't have among its dependencies`);
  return version;
}

async function must(command, args, cwd = root) {
  if (command !== "npm" && !existsSync(args[0])) throw new Error(`${args[0]} is missing`);
  const { code } = await run(command, args, { cwd });
  if (code !== 0) process.exit(code);
}
