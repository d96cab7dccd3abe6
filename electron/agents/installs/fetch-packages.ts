import { randomBytes } from "node:crypto";
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { failure } from "../../../shared/errors.ts";
import { ok, type Result } from "../../../shared/result.ts";
import type { ShellEnvironmentReader } from "../../lib/shell-env.ts";
import type { ProcessRepository } from "../../store/processes.ts";
import { checkPinned, hasProgram } from "./checks.ts";
import { runNpm } from "./npm.ts";
import type { InstallFailure } from "./npm-failure.ts";
import type { NpmPin } from "./pins.ts";

export type NpmDeps = { shell: ShellEnvironmentReader; processes: ProcessRepository; clock: { now(): number } };

type Fetch = {
  label: string;
  folder: string;
  packages: readonly NpmPin[];
  leavesOptional: boolean;
  signal: AbortSignal;
};

/** Brings the packages, checks that they are what was pinned, and lets run the scripts that must: in this order. */
export async function fetchPackages(
  deps: NpmDeps,
  { programs, ...fetch }: Fetch & { programs: readonly string[] },
): Promise<Result<null, InstallFailure>> {
  const { folder, packages } = fetch;
  await writeFile(path.join(folder, "package.json"), JSON.stringify({ private: true }));
  const names = packages.map(({ name, version }) => `${name}@${version}`);
  const brought = await npm(deps, fetch, ["install", "--ignore-scripts", ...names]);
  if (!brought.ok) return brought;
  const pinned = checkPinned(folder, packages);
  if (!pinned.ok) return pinned;
  const scripted = packages.filter(({ scripts }) => scripts).map(({ name }) => name);
  if (scripted.length > 0) {
    const ran = await npm(deps, fetch, ["rebuild", "--ignore-scripts=false", ...scripted]);
    if (!ran.ok) return ran;
  }
  await rm(path.join(folder, "cache"), { recursive: true, force: true });
  return hasProgram(folder, programs)
    ? ok(null)
    : failure("AGENT_INSTALL_FAILED", `It came, but without a program ${programs.join(" or ")}`);
}

const seen = z.object({ version: z.string(), "dist.integrity": z.string() });

/** What the registry has now of these packages. */
export async function lookUp(deps: NpmDeps, fetch: Fetch): Promise<Result<NpmPin[], InstallFailure>> {
  const found: NpmPin[] = [];
  for (const one of fetch.packages) {
    const told = await npm(deps, fetch, ["view", one.name, "version", "dist.integrity"]);
    if (!told.ok) return told;
    const read = seen.safeParse(parse(told.value));
    if (!read.success) return failure("AGENT_INSTALL_FAILED", `The registry doesn't say what ${one.name} is`);
    found.push({ ...one, version: read.data.version, integrity: read.data["dist.integrity"] });
  }
  return ok(found);
}

async function npm(
  { shell, processes, clock }: NpmDeps,
  { label, folder, leavesOptional, signal }: Fetch,
  args: readonly string[],
): Promise<Result<string, InstallFailure>> {
  const { env } = await shell.get();
  const tag = randomBytes(16).toString("hex");
  return runNpm({
    ...{ args, folder, leavesOptional, env, tag, signal },
    onStarted: ({ pid, startTicks }) =>
      processes.add({ pid, startTicks: startTicks ?? "", kind: "agent", label: `npm for ${label}`, tag, startedAt: clock.now() }),
    onGone: ({ pid, startTicks }) => processes.remove(pid, startTicks ?? ""),
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // What isn't JSON says nothing.
    return null;
  }
}
