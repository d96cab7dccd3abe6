import { rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { ok, type Result } from "../../../shared/result.ts";
import { failure } from "../../../shared/errors.ts";
import { findProgram } from "../../lib/find-program.ts";
import { startChild } from "../../lib/process.ts";
import type { ProcessIdentity } from "../../lib/process-tree.ts";
import { countingLines, countingVariables } from "./npm-config.ts";
import { npmFailure, type InstallFailure } from "./npm-failure.ts";

/** One call of the person's npm, in a folder of ours. `tag` and `onStarted`: so that it doesn't outlive a core that dies. */
export type NpmCall = {
  args: readonly string[];
  /** Without the packages that are optional. */
  leavesOptional: boolean;
  folder: string;
  /** The login shell's. */
  env: Readonly<Record<string, string>>;
  tag: string;
  onStarted(identity: ProcessIdentity): void;
  onGone(identity: ProcessIdentity): void;
  signal: AbortSignal;
};

/** What decides over the person's own settings, whatever they are. */
const settled = [
  ...["--json", "--loglevel=error", "--no-audit", "--no-fund", "--no-update-notifier", "--logs-max=0", "--global=false"],
  ...["--dry-run=false", "--install-strategy=hoisted", "--include=peer", "--bin-links=true", "--omit=dev"],
  ...["--package-lock=true", "--save=true", "--engine-strict=false", "--workspaces=false", "--offline=false"],
  ...["--fetch-retries=2", "--fetch-retry-mintimeout=1000", "--fetch-retry-maxtimeout=5000"],
];
/** What npm and a package's script get of the person's environment: enough to run and to reach the network. */
const given =
  /^(USER|LOGNAME|PATH|LANG|LC_\w+|TMPDIR|TMP|TEMP|SystemRoot|APPDATA|(https?|no|all)_proxy|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+)$/i;

/** Runs npm to its end, with a cache and a configuration of its own in the folder. Returns what it printed. */
export async function runNpm(call: NpmCall): Promise<Result<string, InstallFailure>> {
  const { folder, env, signal } = call;
  const npm = findProgram("npm", env);
  if (npm.path === null)
    return failure("AGENT_INSTALL_FAILED", `It comes from npm, and ${npm.reason}. Install Node.js (nodejs.org), then try again.`);
  const config = path.join(folder, "npmrc");
  const own = ["--prefix", folder, "--cache", path.join(folder, "cache"), "--userconfig", config];
  try {
    // It may hold what signs in to the registry.
    writeFileSync(config, `${(await configLines(env)).join("\n")}\n`, { mode: 0o600 });
    const started = await startChild({
      command: npm.path,
      args: [...call.args, ...settled, `--${call.leavesOptional ? "omit" : "include"}=optional`, ...own],
      cwd: folder,
      // Whatever is written at home is written here, and goes with the folder.
      env: { ...Object.fromEntries(Object.entries(env).filter(([name]) => given.test(name))), HOME: folder },
      tag: call.tag,
      signal,
    });
    if (!started.ok) return failure("AGENT_INSTALL_FAILED", `npm can't be started: ${started.error.message}`);
    const child = started.value;
    call.onStarted(child.identity);
    const stop = (): void => void child.stop(500);
    signal.addEventListener("abort", stop, { once: true });
    child.stdin.end();
    const printed = { stdout: collect(child.stdout), stderr: collect(child.stderr) };
    const { code } = await child.exited.finally(() => signal.removeEventListener("abort", stop));
    // What it started may go on without it, and hold the ends of its pipes.
    const { gone } = await child.stop();
    const [stdout, stderr] = [printed.stdout(), printed.stderr()];
    if (gone) call.onGone(child.identity);
    if (signal.aborted) return failure("AGENT_INSTALL_FAILED", "It was stopped");
    return code === 0 ? ok(stdout) : npmFailure(stdout, stderr);
  } finally {
    rmSync(config, { force: true });
  }
}

/** What has come by the time it is asked for: the end of a pipe is told when the last who holds it is gone. */
function collect(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString("utf8");
}

async function configLines(env: Readonly<Record<string, string>>): Promise<string[]> {
  const file = env["npm_config_userconfig"] ?? env["NPM_CONFIG_USERCONFIG"] ?? path.join(env["HOME"] ?? "/", ".npmrc");
  // Most have none; one that can't be read says nothing to npm either.
  const npmrc = await readFile(file, "utf8").catch(() => "");
  return [...countingLines(npmrc, env), ...countingVariables(env)];
}
