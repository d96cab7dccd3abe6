import path from "node:path";
import { runToEnd } from "../../electron/lib/process.ts";
import type { WorkPlace } from "./work-place.ts";

export const hearthProgram = path.resolve(import.meta.dirname, "../../bin/hearth.mjs");

/** Runs `hearth …` in the place's repository to its end. */
export async function runHearth(place: WorkPlace, args: readonly string[], env: Record<string, string> = {}) {
  const ended = await runToEnd({
    command: process.execPath,
    args: [hearthProgram, ...args],
    cwd: place.repo,
    env: { ...place.hostEnv, ...env },
    input: "",
    timeoutMs: 60_000,
    maxBytes: 10_000_000,
  });
  if (!ended.ok) throw new Error(ended.error.message);
  return { code: ended.value.code, out: ended.value.stdout.toString("utf8"), err: ended.value.stderr.toString("utf8") };
}
