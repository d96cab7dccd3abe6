import type { Clock } from "../../lib/clock.ts";
import { openBrowser } from "../open-browser.ts";
import { findRunningHost, requestSignInUrl, serve, type Host, type RunningHost } from "../serve.ts";
import { CliFailure, type ExitCode } from "./cli-failure.ts";
import { connect, coreFailure, type OpenCore } from "./connect.ts";
import { findProject } from "./find.ts";
import type { Terminal } from "./terminal.ts";

export type ServeDeps = {
  io: Terminal;
  dataDir: string;
  pageFolder: string;
  version: string;
  clock: Clock;
  env: NodeJS.ProcessEnv;
  openCore: OpenCore;
  /** Resolves when the person or the system asks the process to end. */
  untilAskedToEnd(): Promise<void>;
};

export type ServeCommandOptions = { port: number; json?: boolean; open?: boolean; path?: string };

/** Serves until it is asked to end. Where another Hearth holds the data already, that one is opened instead. */
export async function serveCommand(deps: ServeDeps, options: ServeCommandOptions): Promise<ExitCode> {
  const { io } = deps;
  const running = findRunningHost(deps.dataDir);
  if (running && (await handOver(deps, running, options))) return 0;
  const opened = await deps.openCore();
  if (!opened.ok) {
    // It may have come up between the look and the lock.
    const other = opened.error.code === "DATA_DIR_IN_USE" ? findRunningHost(deps.dataDir) : null;
    if (other && (await handOver(deps, other, options))) return 0;
    throw coreFailure(opened.error);
  }
  const core = opened.value;
  const started = await serve({ ...deps, core, port: options.port });
  if (!started.ok) {
    await core.dispose();
    throw new CliFailure(started.error.code, started.error.message);
  }
  const host = started.value;
  try {
    await announce(deps, host, options);
    await deps.untilAskedToEnd();
    if (!options.json) io.note("Stopping…");
  } finally {
    await host.stop();
  }
  return 0;
}

async function announce(deps: ServeDeps, host: Host, options: ServeCommandOptions): Promise<void> {
  const { io } = deps;
  const { url, signInUrl } = host.server;
  if (options.path !== undefined) await addProject(deps, options.path);
  if (options.json) {
    io.json({ url, token: host.token, pid: process.pid });
    if (options.open) await openBrowser(signInUrl(), deps.env);
    return;
  }
  io.line(`Hearth is at ${url}`);
  const opened = options.open === true && (await openBrowser(signInUrl(), deps.env));
  if (opened) io.line(io.dim("It opens in your browser. If it doesn't, use this address, once:"));
  else io.line("Open it with this address, once (`hearth open` makes another):");
  io.line(`  ${signInUrl()}`);
  io.line(io.dim("Ctrl+C ends it."));
}

/** Another Hearth serves this data: its page is opened, nothing is started, and nothing of it is ended. */
async function handOver(deps: ServeDeps, running: RunningHost, options: ServeCommandOptions): Promise<boolean> {
  const url = await requestSignInUrl(running);
  if (url === null) return false;
  const { io } = deps;
  if (options.path !== undefined) await addProject(deps, options.path);
  if (options.json) {
    io.json(running);
    return true;
  }
  io.line(`Hearth runs already, at ${running.url} (pid ${running.pid}).`);
  if (options.port !== 0 && new URL(running.url).port !== String(options.port))
    io.note(`It keeps its port. To have it on ${options.port}, end it first.`);
  const opened = options.open === true && (await openBrowser(url, deps.env));
  io.line(opened ? "It opens in your browser. If it doesn't, use this address, once:" : "Open it with this address, once:");
  io.line(`  ${url}`);
  return true;
}

async function addProject(deps: ServeDeps, path: string): Promise<void> {
  const connection = await connect(deps.dataDir, deps.openCore);
  try {
    const project = await findProject(connection.rpc, path);
    deps.io.note(`Project: ${project.name} (${project.path})`);
  } finally {
    await connection.close();
  }
}
