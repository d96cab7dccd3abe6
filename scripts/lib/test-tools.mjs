// What the end-to-end tests drive: a Chromium, and the real agents in a cache of their own.
import { existsSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { root, run } from "./run.mjs";

/** Together about 800 MB: two hold a program of their own, opencode's of 185 and Claude Code's of 314 MB. */
const agents = {
  "opencode-ai": "1.18.33",
  "@qwen-code/qwen-code": "0.24.4",
  // Brings along Claude's SDK, and with it Claude Code.
  "@agentclientprotocol/claude-agent-acp": "0.100.0",
};

/** Path of a Chromium. Debian's is installed where there is none and it may be; null where that isn't so. */
export async function ensureChromium() {
  const found = chromium();
  if (found) return found;
  await installFromDebian("Chromium", ["chromium", "fonts-dejavu-core"]);
  return chromium();
}

/**
 * The programs that a person's git runs, to sign and to filter, and those of sandboxes; names of those that can't be had.
 * Shells that terminals are tested with come along where they can: without one its tests show as skipped.
 */
export async function ensureTools() {
  const git = { gpg: "gnupg", "ssh-keygen": "openssh-client", "git-lfs": "git-lfs" };
  const sandbox = process.platform === "linux" ? { bwrap: "bubblewrap", socat: "socat" } : {};
  const programs = { ...git, ...sandbox };
  const wanted = { ...programs, zsh: "zsh", fish: "fish" };
  const missing = (all) => Object.keys(all).filter((name) => !onPath([name]));
  const packages = missing(wanted).map((name) => wanted[name]);
  if (packages.length > 0) await installFromDebian(packages.join(", "), packages);
  return missing(programs);
}

async function installFromDebian(what, packages) {
  if (process.platform !== "linux" || process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) return;
  console.log(`Installing Debian's ${what}…`);
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  const updated = await run("apt-get", ["update", "-qq"], { env, quiet: true });
  const install = ["install", "-y", "-qq", "--no-install-recommends", ...packages];
  const installed = await run("apt-get", install, { env, quiet: true });
  if (installed.code !== 0) console.error(`${updated.output}\n${installed.output}`.trim());
}

function chromium() {
  const mac = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
  ];
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  return [process.env.HEARTH_TEST_CHROMIUM, onPath(names), ...mac].find((file) => file && existsSync(file)) ?? null;
}

function onPath(names) {
  const folders = (process.env.PATH ?? "").split(path.delimiter);
  return folders.flatMap((folder) => names.map((name) => path.join(folder, name))).find((file) => existsSync(file)) ?? null;
}

/** Folder with the pinned agents' programs, got from npm when missing; null when they can't be had. */
export async function ensureAgents() {
  const home = path.join(root, ".cache/agents");
  const bin = path.join(home, "node_modules/.bin");
  const missing = Object.entries(agents).filter(([name, version]) => installedVersion(home, name) !== version);
  if (missing.length > 0) {
    console.log(`Getting the agents that the tests drive: ${missing.map(([name, version]) => `${name} ${version}`).join(", ")}…`);
    const packages = Object.entries(agents).map(([name, version]) => `${name}@${version}`);
    const args = ["install", "--prefix", home, "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
    const { code, output } = await run("npm", [...args, ...packages, ...platformPackages()], { quiet: true });
    if (code !== 0) {
      console.error(output.trim());
      return null;
    }
  }
  return bin;
}

/** Whether what serves embedded models is there, got from npm when missing: true also where there is none for this machine. */
export async function ensureEngine() {
  const { enginePins } = await import("../../electron/assistant/embedded/engine-pins.ts");
  const packages = enginePins(process.platform, process.arch)?.packages ?? [];
  const home = path.join(root, ".cache/engine");
  if (packages.every(({ name, version }) => installedVersion(home, name) === version)) return true;
  console.log(`Getting ${packages.map(({ name, version }) => `${name} ${version}`).join(", ")}…`);
  const args = ["install", "--prefix", home, "--no-save", "--no-package-lock", "--no-audit", "--no-fund", "--ignore-scripts"];
  const wanted = packages.map(({ name, version }) => `${name}@${version}`);
  const { code, output } = await run("npm", [...args, "--omit=optional", ...wanted], { quiet: true });
  if (code !== 0) console.error(output.trim());
  return code === 0;
}

/** opencode's wrapper finds its program in a package named after the platform. */
function platformPackages() {
  const os = process.platform === "win32" ? "windows" : process.platform;
  return [`opencode-${os}-${process.arch}@${agents["opencode-ai"]}`];
}

function installedVersion(home, name) {
  const file = path.join(home, "node_modules", name, "package.json");
  if (!existsSync(file) || readdirSync(path.dirname(file)).length === 0) return null;
  return JSON.parse(readFileSync(file, "utf8")).version;
}
