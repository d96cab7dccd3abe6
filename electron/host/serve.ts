import type { Router } from "@orpc/server";
import type { Contract } from "../../shared/contract/contract.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { identify } from "../lib/process-tree.ts";
import type { Tokens } from "../store/tokens.ts";
import { findHostRecord, removeHostRecord, saveHostRecord } from "./host-record.ts";
import { startLocalServer, type LocalServer, type ServerFailure } from "./local-server.ts";

/** What serving needs of the core. */
export type ServedCore = {
  router: Router<Contract, Record<never, never>>;
  tokens: Tokens;
  log: Log;
  dispose(): Promise<void>;
};

/**
 * A core with its local server, from `serve` until `stop`: the server closes first, so that nobody talks to a core
 * that is going away. Its own token and `host.json` live exactly as long.
 */
export type Host = { server: LocalServer; token: string; stop(): Promise<void> };

export type ServeOptions = {
  core: ServedCore;
  dataDir: string;
  pageFolder: string;
  version: string;
  port: number;
  clock: Clock;
  /** Whether it serves until it is told to end. */
  lasting: boolean;
};

const launchToken = "launch";

export async function serve(options: ServeOptions): Promise<Result<Host, ServerFailure>> {
  const { core, dataDir, clock } = options;
  const started = await startLocalServer({
    router: core.router,
    tokens: core.tokens,
    clock,
    log: core.log,
    version: options.version,
    pageFolder: options.pageFolder,
    port: options.port,
  });
  if (!started.ok) return started;
  const server = started.value;
  // Only the holder of the data folder's lock gets here: launch tokens from before belong to hosts that died.
  core.tokens.revokeNamed(launchToken, clock.now() + 1);
  const token = core.tokens.create(launchToken);
  const { pid, startTicks } = identify(process.pid);
  saveHostRecord(dataDir, {
    pid,
    startTicks,
    url: server.url,
    token: token.text,
    startedAt: isoTime(clock.now()),
    lasting: options.lasting,
  });
  core.log.info("host.serving", { pid });
  return ok({
    server,
    token: token.text,
    async stop() {
      removeHostRecord(dataDir);
      await server.close();
      core.tokens.revoke(token.id);
      await core.dispose();
    },
  });
}

export type RunningHost = { url: string; token: string; pid: number; lasting: boolean };

/** The host that serves this data folder already; null where none can be reached. */
export function findRunningHost(dataDir: string): RunningHost | null {
  const record = findHostRecord(dataDir);
  return record && { url: record.url, token: record.token, pid: record.pid, lasting: record.lasting };
}

/** A fresh address with a one-time code, from a host that runs; null where it doesn't answer as it should. */
export async function requestSignInUrl(host: RunningHost): Promise<string | null> {
  try {
    const answer = await fetch(`${host.url}/auth/code`, {
      method: "POST",
      headers: { authorization: `Bearer ${host.token}`, "content-type": "application/json" },
      body: "{}",
      redirect: "error",
      signal: AbortSignal.timeout(5000),
    });
    const body: unknown = answer.ok ? await answer.json() : null;
    if (typeof body !== "object" || body === null || !("url" in body) || typeof body.url !== "string") return null;
    return body.url.startsWith(`${host.url}/#`) ? body.url : null;
  } catch {
    return null; // It is going down, or hangs: for the caller the same as not being there.
  }
}
