// npm test: everything of `npm run check`, then integration and end-to-end tests, with what they need installed first.
// Arguments select test files, and then only tests run.
import { mkdirSync, rmSync } from "node:fs";
import path from "node:path";
import { runChecks, runTests } from "./lib/checks.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { countTests } from "./lib/report.mjs";
import { root, run } from "./lib/run.mjs";
import { ensureAgents, ensureChromium, ensureEngine, ensureTools } from "./lib/test-tools.mjs";

const filters = process.argv.slice(2);
const problems = [];

if (!(await ensureInstalled("develop"))) end({ passed: 0, failed: 1 }, ["packages"]);
if (filters.length === 0) problems.push(...(await runChecks()));

const chromium = await ensureChromium();
if (chromium) process.env.HEARTH_TEST_CHROMIUM = chromium;
else problems.push("no Chromium: install it (Debian: apt-get install chromium) or name one in HEARTH_TEST_CHROMIUM");
const tools = await ensureTools();
if (tools.length > 0) problems.push(`no ${tools.join(", no ")}: the tests sign, filter and confine with them`);
const agents = await ensureAgents();
if (agents) process.env.HEARTH_TEST_AGENTS = agents;
else problems.push("the real agents could not be had from npm");
if (!(await ensureEngine())) problems.push("node-llama-cpp could not be had from npm: models are served with it");

const built = await run(process.execPath, [path.join(root, "scripts/build.mjs"), "--if-changed"]);
if (built.code !== 0) problems.push("build");

mkdirSync(path.join(root, ".cache"), { recursive: true });
const projects = ["unit", "integration", "e2e"];
rmSync(path.join(root, `.cache/vitest-${projects.join("-")}.json`), { force: true });
end(countTests(await runTests(projects, filters)), problems);

/** The last line is for machines: nothing else stands on it. */
function end({ passed, failed }, broken) {
  for (const problem of broken) console.log(`✗ ${problem}`);
  console.log(broken.length === 0 && failed === 0 ? "Everything passed." : "Something failed; see above.");
  console.log(`${passed} passed, ${failed + broken.length} failed`);
  process.exit(broken.length === 0 && failed === 0 ? 0 : 1);
}
