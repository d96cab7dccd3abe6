// npm start: installs and builds what is missing, then opens Hearth, in its own window where Electron's program is
// there, else in the browser. `-- --browser` always takes the browser; `-- --get-desktop` fetches Electron's program
// first. Everything else is passed on to `hearth serve`.
import { existsSync } from "node:fs";
import path from "node:path";
import { prepare } from "./lib/prepare.mjs";
import { root, run } from "./lib/run.mjs";

const own = new Set(["--browser", "--get-desktop"]);
const asked = process.argv.slice(2);
const passedOn = asked.filter((argument) => !own.has(argument));

if (!(await prepare())) process.exit(1);
if (asked.includes("--get-desktop")) await getElectron();
const electron = asked.includes("--browser") ? null : electronProgram();
if (electron) {
  const sandbox = process.platform === "linux" && process.getuid?.() === 0 ? ["--no-sandbox"] : [];
  process.exit((await run(electron, [...sandbox, root, ...passedOn])).code);
}
if (!asked.includes("--browser")) {
  console.log(
    "Electron's program isn't here, so Hearth opens in your browser. For the desktop window: npm start -- --get-desktop",
  );
}
const serve = [path.join(root, "out/main/cli.js"), "serve", "--open", ...passedOn];
process.exit((await run(process.execPath, serve)).code);

/** Path of Electron's program, where it is already on this machine; nothing is fetched to find out. */
function electronProgram() {
  const names = { win32: "electron.exe", darwin: "Electron.app/Contents/MacOS/Electron" };
  const name = names[process.platform] ?? "electron";
  const folders = [process.env.ELECTRON_OVERRIDE_DIST_PATH, path.join(root, "node_modules/electron/dist")];
  const display = process.platform !== "linux" || process.env.DISPLAY || process.env.WAYLAND_DISPLAY;
  if (!display) return null;
  return (
    folders
      .filter(Boolean)
      .map((folder) => path.join(folder, name))
      .find((program) => existsSync(program)) ?? null
  );
}

/** Electron's own installer, from GitHub or ELECTRON_MIRROR; networks that swallow it must not hold the start for long. */
async function getElectron() {
  if (electronProgram()) return;
  console.log("Fetching Electron's program (~120 MB)…");
  const installer = path.join(root, "node_modules/electron/install.js");
  const { code, output } = await run(process.execPath, [installer], { quiet: true, timeoutMs: 300_000 });
  if (code !== 0) console.error(`It could not be fetched: ${output.trim().split("\n").at(-1) || "no answer"}`);
}
