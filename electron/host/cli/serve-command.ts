import { setTimeout as pause } from "node:timers/promises";
import { openBrowser } from "../open-browser.ts";
import { findRunningHost, requestSignInUrl, serve, type Host, type RunningHost, type ServedCore } from "../serve.ts";
import { CliFailure, type ExitCode } from "./cli-failure.ts";
import { connect, connectTo, coreFailure, type ConnectDeps, type CoreConnection } from "./connect.ts";
import { findProject } from "./find.ts";

export type ServeDeps = ConnectDeps & {
  env: NodeJS.ProcessEnv;
  /** Resolves when the person or the system asks the process to end. */
  untilAskedToEnd(): Promise<void>;
};

export type ServeCommandOptions = { port: number; json?: boolean; open?: boolean; path?: string };

/** How often it looks whether another core has let go of the data: longer after one that is known to end. */
const retries = { unknown: 20, ending: 100 };
const retryMs = 100;

/**
 * Serves until it is asked to end. Where another Hearth serves the data already, that one is opened instead. The core of
 * a command is joined, and taken over when it ends.
 */
export async function serveCommand(deps: ServeDeps, options: ServeCommandOptions): Promise<ExitCode> {
  const asked = deps.untilAskedToEnd();
  let { port } = options;
  for (let left = retries.unknown; ; left -= 1) {
    const running = findRunningHost(deps.dataDir);
    if (running?.lasting && (await handOver(deps, running, options))) return 0;
    const joined = running && !running.lasting ? await connectTo(running) : null;
    if (running && joined) {
      if (!(await stayUntilItEnds(deps, running, joined, options, asked))) return 0;
      // Pages that are open there find this one where they look for it.
      if (options.port === 0) port = Number(new URL(running.url).port);
      left = retries.ending;
    }
    const opened = await deps.openCore();
    if (opened.ok) return serveOwn(deps, opened.value, { ...options, port }, asked);
    if (opened.error.code !== "DATA_DIR_IN_USE" || left <= 0) throw coreFailure(opened.error);
    // It may have come up between the look and the lock, or be on its way out.
    await pause(retryMs);
  }
}

async function serveOwn(
  deps: ServeDeps,
  core: ServedCore,
  options: ServeCommandOptions,
  asked: Promise<void>,
): Promise<ExitCode> {
  const started = await serve({ ...deps, core, port: options.port, lasting: true });
  if (!started.ok) {
    await core.dispose();
    throw new CliFailure(started.error.code, started.error.message);
  }
  const host = started.value;
  try {
    await announce(deps, host, options);
    await asked;
    if (!options.json) deps.io.note("Stopping…");
  } finally {
    await host.stop();
  }
  return 0;
}

/** Serves through the core of a command for as long as there is one. Returns false when it is asked to end before. */
async function stayUntilItEnds(
  deps: ServeDeps,
  running: RunningHost,
  joined: CoreConnection,
  options: ServeCommandOptions,
  asked: Promise<void>,
): Promise<boolean> {
  // Its core waits for programs that are connected, and this one only looks on.
  const ended = whenGone(deps.dataDir, running);
  await joined.close();
  await handOver(deps, running, options);
  if (!options.json) deps.io.note("It is the core of a command at work; this one takes over when that ends.");
  return Promise.race([ended.then(() => true), asked.then(() => false)]);
}

/** Resolves when the host's record is gone, or another's. */
async function whenGone(dataDir: string, running: RunningHost): Promise<void> {
  while (findRunningHost(dataDir)?.token === running.token) await pause(retryMs);
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
    io.json({ url: running.url, token: running.token, pid: running.pid });
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
  const connection = await connect(deps);
  try {
    const project = await findProject(connection.rpc, path);
    deps.io.note(`Project: ${project.name} (${project.path})`);
  } finally {
    await connection.close();
  }
}
