// Reads what vitest wrote about a run.
import { existsSync, readFileSync } from "node:fs";

/** Passed and failed tests of a JSON report. No report, or a suite that couldn't even be loaded, is a failure. */
export function countTests({ code, report }) {
  if (!existsSync(report)) return { passed: 0, failed: 1 };
  const { numPassedTests, numFailedTests, testResults } = JSON.parse(readFileSync(report, "utf8"));
  const broken = testResults.filter(
    (file) => file.status === "failed" && file.assertionResults.every((test) => test.status !== "failed"),
  );
  const failed = numFailedTests + broken.length;
  return { passed: numPassedTests, failed: failed === 0 && code !== 0 ? 1 : failed };
}
