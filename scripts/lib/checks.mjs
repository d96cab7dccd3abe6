// The checks that need nothing running: types, lint, format, which file knows which, structure, unused code, unit tests.
import { existsSync } from "node:fs";
import path from "node:path";
import { root, run, tool } from "./run.mjs";

const node = process.execPath;
const typed = ["shared", "electron", "renderer", "tests"];
const folders = ["shared", "electron", "renderer", "resources", "tests"].filter((folder) => existsSync(path.join(root, folder)));

const checks = [
  ...typed.map((folder) => ({ name: `types of ${folder}`, args: [tool("@typescript/native/bin/tsc"), "-p", folder] })),
  { name: "lint", args: [tool("oxlint/bin/oxlint"), "--format=unix"] },
  { name: "format (mend it with: npm run format)", args: [tool("oxfmt/bin/oxfmt"), "--list-different", "."] },
  {
    name: "dependencies between folders",
    args: [tool("dependency-cruiser/bin/dependency-cruiser.mjs"), "--config", ".dependency-cruiser.cjs", ...folders],
  },
  { name: "unused code", args: [tool("knip/bin/knip.js"), "--no-progress", "--no-config-hints"] },
  { name: "schema and migrations", args: [path.join(root, "scripts/migrations.mjs"), "--check"] },
  { name: "structure", args: [path.join(root, "scripts/structure.mjs")] },
];

/** Runs them all, also after one has failed, two at a time; what a failed one says is printed. Returns the names of the failed. */
export async function runChecks() {
  const failed = [];
  const waiting = [...checks];
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      const started = performance.now();
      const { code, output } = await run(node, check.args, { quiet: true });
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      console.log(`${code === 0 ? "✓" : "✗"} ${check.name} (${seconds} s)`);
      if (code === 0) continue;
      failed.push(check.name);
      console.log(output.trimEnd().replace(/^/gm, "    "));
    }
  };
  await Promise.all([worker(), worker()]);
  return failed;
}

/**
 * Runs vitest on some of its projects, with its own output on this terminal.
 * Returns how many tests passed and failed, and the exit code; a crash of vitest itself counts as one failure.
 */
export async function runTests(projects, filters = []) {
  const report = path.join(root, `.cache/vitest-${projects.join("-")}.json`);
  const select = projects.flatMap((project) => ["--project", project]);
  const flaky = path.join(root, "scripts/lib/flaky-reporter.mjs");
  const outputs = ["--reporter=default", "--reporter=json", `--reporter=${flaky}`, `--outputFile.json=${report}`];
  const { code } = await run(node, [tool("vitest/vitest.mjs"), "run", ...select, ...outputs, ...filters]);
  return { code, report };
}
