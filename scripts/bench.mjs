// npm run bench -- <name>: prints measurements, each beside a reference taken in the same run. Nothing passes or fails here.
import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { ensureInstalled } from "./lib/install.mjs";
import { root, run } from "./lib/run.mjs";
import { ensureAgents } from "./lib/test-tools.mjs";

const folder = path.join(root, "tests/bench");
const names = readdirSync(folder)
  .filter((file) => file.endsWith(".ts"))
  .map((file) => path.basename(file, ".ts"));
/** What a benchmark stands on besides the packages. */
const needs = {
  agents: ["agents", "build"],
  "open-close": ["agents", "build"],
  events: [],
  start: ["build"],
  terminal: ["build"],
  typing: ["build"],
};
/** Those that can be told which agents to measure. */
const takeAgents = new Set(["agents", "open-close"]);

const [name, ...more] = process.argv.slice(2);
if (name === undefined || !names.includes(name) || (more.length > 0 && !takeAgents.has(name))) {
  const wrong = name === undefined || name.startsWith("-") ? "" : `There is no benchmark ${[name, ...more].join(" ")}.\n`;
  console.error(
    `${wrong}npm run bench -- ${names.map((each) => (takeAgents.has(each) ? `${each} [AGENT…]` : each)).join(" | ")}`,
  );
  process.exit(2);
}
if (!(await ensureInstalled("develop"))) process.exit(1);
const wanted = needs[name] ?? [];
if (wanted.includes("agents") && !(await ensureAgents()))
  console.error("The real agents could not be had from npm; they are left out.");
if (wanted.includes("build")) {
  const built = await run(process.execPath, [path.join(root, "scripts/build.mjs"), "--if-changed"]);
  if (built.code !== 0) process.exit(1);
}
const benchmark = await import(pathToFileURL(path.join(folder, `${name}.ts`)).href);
await benchmark.run(more);
process.exit(0);
