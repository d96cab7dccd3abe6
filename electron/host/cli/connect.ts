import { setTimeout as pause } from "node:timers/promises";
import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import { WebSocket } from "ws";
import type { Contract } from "../../../shared/contract/contract.ts";
import { runHasEnded, type Run } from "../../../shared/contract/runs.ts";
import type { Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import { onFailure } from "../../rpc/carriers/failures.ts";
import { findRunningHost, serve, type Host, type RunningHost, type ServedCore } from "../serve.ts";
import { CliFailure } from "./cli-failure.ts";
import type { OnInterrupt } from "./follow-run.ts";
import type { CommandTerminal } from "./terminal.ts";

export type HearthClient = ContractRouterClient<Contract>;

/**
 * The core a command talks to, until `close`: one that runs already, or one opened for this command. `ended` resolves
 * when a core that was joined goes away.
 */
export type CoreConnection = {
  rpc: HearthClient;
  host: RunningHost | null;
  ended: Promise<void>;
  isOpen(): boolean;
  close(): Promise<void>;
};

export type OpenCoreFailure = { code: string; message: string };
export type OpenCore = () => Promise<Result<ServedCore, OpenCoreFailure>>;

export type ConnectDeps = {
  io: CommandTerminal;
  dataDir: string;
  pageFolder: string;
  version: string;
  clock: Clock;
  openCore: OpenCore;
  onInterrupt: OnInterrupt;
};

/** Between taking the data folder and serving it lies a moment, and so does between the end of a core and letting go. */
const retries = 20;
const retryMs = 100;

/** Joins the core that runs, or opens one, which others can join as long as this command goes on. */
export async function connect(deps: ConnectDeps): Promise<CoreConnection> {
  for (let left = retries; ; left -= 1) {
    const host = findRunningHost(deps.dataDir);
    const joined = host && (await connectTo(host));
    if (joined) return joined;
    const opened = await deps.openCore();
    if (opened.ok) return ownConnection(deps, opened.value);
    if (opened.error.code !== "DATA_DIR_IN_USE" || left === 0) throw coreFailure(opened.error);
    await pause(retryMs);
  }
}

/** Why there is no core, with what a person can do about it. */
export function coreFailure(failure: OpenCoreFailure): CliFailure {
  if (failure.code !== "DATA_DIR_IN_USE") return new CliFailure(failure.code, failure.message, 1);
  return new CliFailure(
    failure.code,
    `${failure.message}, and it doesn't take calls from here: the desktop app, most likely.\n` +
      "Close it, or use `hearth serve` instead of it, which lets any number of commands work at once.",
    1,
  );
}

async function ownConnection(deps: ConnectDeps, core: ServedCore): Promise<CoreConnection> {
  const served = await serve({ ...deps, core, port: 0, lasting: false });
  if (!served.ok) {
    await core.dispose();
    throw new CliFailure(served.error.code, served.error.message, 1);
  }
  const rpc: HearthClient = createRouterClient(core.router, { context: {}, interceptors: [onFailure(core.log)] });
  const host = served.value;
  return { rpc, host: null, ended: new Promise(() => {}), isOpen: () => true, close: () => endWithOthers(deps, host, rpc) };
}

/** The core ends when nobody uses it any more: what others began in it is seen to its end, unless Ctrl+C says otherwise. */
async function endWithOthers({ io, onInterrupt }: ConnectDeps, host: Host, rpc: HearthClient): Promise<void> {
  let stopListening = (): void => {};
  const interrupted = new Promise<void>((resolve) => (stopListening = onInterrupt(resolve)));
  let told = false;
  const onWait = (): void => {
    if (!told) io.note(io.dim("Others work in this core; it ends after them. Ctrl+C ends it now."));
    told = true;
  };
  try {
    await Promise.race([whenUnused(host, rpc, onWait), interrupted]);
  } finally {
    stopListening();
    await host.stop();
  }
}

async function whenUnused(host: Host, rpc: HearthClient, onWait: () => void): Promise<void> {
  while (host.server.isUsed()) {
    onWait();
    await host.server.whenUnused();
  }
  const going = new Set<string>();
  const note = (run: Run): void =>
    void (runHasEnded(run.status) || run.status === "paused" ? going.delete(run.id) : going.add(run.id));
  for await (const update of await rpc.system.watch({})) {
    if (update.type === "snapshot") for (const run of update.state.activeRuns) note(run);
    if (update.type === "run") note(update.run);
    if (going.size === 0) break;
    if (update.type === "resync") return whenUnused(host, rpc, onWait);
    onWait();
  }
  // Whoever followed such a run may have something left to say or to ask.
  await host.server.whenUnused();
}

/** Joins a core that runs; null where it doesn't answer. */
export async function connectTo(host: RunningHost): Promise<CoreConnection | null> {
  const socket = new WebSocket(`${host.url.replace(/^http/, "ws")}/ws`, {
    headers: { authorization: `Bearer ${host.token}` },
    handshakeTimeout: 5000,
    perMessageDeflate: false,
    maxPayload: 256 * 1024 * 1024,
  });
  const opened = await new Promise<boolean>((resolve) => {
    socket.once("open", () => resolve(true));
    socket.on("error", () => resolve(false));
  });
  return opened ? new JoinedCore(host, socket) : null;
}

class JoinedCore implements CoreConnection {
  readonly rpc: HearthClient;
  readonly host: RunningHost;
  readonly ended: Promise<void>;
  readonly #socket: WebSocket;

  constructor(host: RunningHost, socket: WebSocket) {
    this.host = host;
    this.#socket = socket;
    this.rpc = createORPCClient(new RPCLink({ websocket: socket }));
    this.ended = new Promise<void>((resolve) => socket.once("close", () => resolve()));
  }

  isOpen(): boolean {
    return this.#socket.readyState === WebSocket.OPEN;
  }

  async close(): Promise<void> {
    // A host that ended has closed it already, and no second word of that comes.
    if (this.#socket.readyState === WebSocket.CLOSED) return;
    this.#socket.close();
    // A host that hangs must not hold the command.
    const cut = setTimeout(() => this.#socket.terminate(), 1000);
    await this.ended;
    clearTimeout(cut);
  }
}
