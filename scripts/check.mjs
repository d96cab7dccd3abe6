// npm run check: all that can be said about the code in a minute. Ends with 1 if anything isn't as it should be.
import { runChecks, runTests } from "./lib/checks.mjs";
import { ensureInstalled } from "./lib/install.mjs";

if (!(await ensureInstalled("develop"))) process.exit(1);
const started = performance.now();
const failed = await runChecks();
const { code } = await runTests(["unit"]);
if (code !== 0) failed.push("unit tests");
const seconds = Math.round((performance.now() - started) / 1000);
console.log(
  failed.length === 0 ? `Everything holds (${seconds} s).` : `Not as it should be (${seconds} s): ${failed.join(" · ")}`,
);
process.exit(failed.length === 0 ? 0 : 1);
