// Finds a Node that Hearth runs on: this one, or 24 from npm, kept in .cache/node.
import { existsSync, rmSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { root, run } from "./run.mjs";

const pinned = "24.21.0";
// Type stripping without a flag, which the test programs need, began with 22.18; the built program needs 22.12.
const oldest = [22, 18];

export function isNewEnough(version = process.versions.node) {
  const [major, minor] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

/** Path of a Node that is new enough, or null after saying why there is none. */
export async function ensureNode() {
  if (isNewEnough()) return process.execPath;
  const os = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${os}-${process.arch}`;
  const home = path.join(root, ".cache/node");
  const folder = path.join(home, "node_modules", name);
  const program = path.join(folder, "bin", process.platform === "win32" ? "node.exe" : "node");
  if (existsSync(program)) return program;
  console.error(
    `Hearth needs Node 22.18 or newer and this is ${process.versions.node}: getting ${pinned} from npm (once, ~120 MB)`,
  );
  const args = ["install", "--prefix", home, "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
  const { code, output } = await run("npm", [...args, `${name}@${pinned}`], { quiet: true });
  if (code !== 0 || !existsSync(program)) {
    console.error(
      `${output.trim()}\n\nNode ${pinned} could not be fetched from npm. Install Node 22.18 or newer by hand and try again.`,
    );
    return null;
  }
  for (const part of ["include", "share", "CHANGELOG.md"]) rmSync(path.join(folder, part), { recursive: true, force: true });
  return program;
}

/** Runs `script` on such a Node and ends this process with its exit code. On a new enough Node it runs right here. */
export async function withNode(script, args) {
  const node = await ensureNode();
  if (node === null) process.exit(1);
  if (node === process.execPath) {
    process.argv = [node, script, ...args];
    await import(pathToFileURL(script).href);
    return;
  }
  const PATH = `${path.dirname(node)}${path.delimiter}${process.env.PATH ?? ""}`;
  const { code } = await run(node, [script, ...args], { cwd: process.cwd(), env: { ...process.env, PATH } });
  process.exit(code);
}
