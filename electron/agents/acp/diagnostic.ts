import { isoTime } from "../../lib/clock.ts";
import { maskSecrets } from "../../lib/mask-secrets.ts";
import type { PooledChild, Trouble } from "./pool.ts";

/** What is known of an agent's children, and of the last one that got into trouble. */
export function diagnosticLines(children: readonly PooledChild[], trouble: Trouble | null): string[] {
  return [...children.flatMap((child) => ["", ...childLines(child)]), "", ...troubleLines(trouble)];
}

function childLines({ connection, startedAt }: PooledChild): string[] {
  const report = connection.report();
  return [
    `process: ${connection.pid}, since ${isoTime(startedAt)}`,
    `  lines on stdout that aren't protocol: ${report.strayLines}`,
    ...report.strayExamples.map((line) => `    ${line}`),
    `  updates not understood: ${report.unknownUpdates}, late: ${report.lateUpdates}, of no session: ${report.orphanUpdates}`,
    `  answers to nothing: ${report.unknownResponses}, requests refused: ${report.refusedRequests}`,
    "  last lines of stderr:",
    ...report.stderr.slice(-20).map((line) => `    ${maskSecrets(line)}`),
  ];
}

function troubleLines(trouble: Trouble | null): string[] {
  if (!trouble) return ["last error: none"];
  return [
    `last error: ${isoTime(trouble.at)} ${trouble.failure.type}: ${maskSecrets(trouble.failure.message)}`,
    ...(trouble.unfinishedLine === null ? [] : [`  it ended in the middle of a line: ${maskSecrets(trouble.unfinishedLine)}`]),
    ...trouble.stderr.slice(-20).map((line) => `    ${maskSecrets(line)}`),
  ];
}
