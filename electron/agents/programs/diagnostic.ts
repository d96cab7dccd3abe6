import { isoTime } from "../../lib/clock.ts";
import { maskSecrets } from "../../lib/mask-secrets.ts";
import type { PooledChild, Trouble } from "./pool.ts";

/** What is known of an agent's children, and of the last one that got into trouble. */
export function diagnosticLines(children: readonly PooledChild[], trouble: Trouble | null): string[] {
  return [...children.flatMap((child) => ["", ...childLines(child)]), "", ...troubleLines(trouble)];
}

function childLines({ connection, startedAt, note }: PooledChild): string[] {
  const { strays, stderr, counts } = connection.output();
  return [
    `process: ${connection.pid}, since ${isoTime(startedAt)}`,
    ...(note === null ? [] : [`  ${note}`]),
    ...counts.map((line) => `  ${line}`),
    ...strays.map((line) => `    ${maskSecrets(line)}`),
    "  last lines of stderr:",
    ...stderr.slice(-20).map((line) => `    ${maskSecrets(line)}`),
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
