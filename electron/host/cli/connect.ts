import { createORPCClient } from "@orpc/client";
import { RPCLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import { createRouterClient } from "@orpc/server";
import { WebSocket } from "ws";
import type { Contract } from "../../../shared/contract/contract.ts";
import type { Result } from "../../../shared/result.ts";
import { onFailure } from "../../rpc/carriers/failures.ts";
import { findRunningHost, type RunningHost, type ServedCore } from "../serve.ts";
import { CliFailure } from "./cli-failure.ts";

export type HearthClient = ContractRouterClient<Contract>;

/** The core a command talks to, until `close`: one that runs already, or one opened for this command alone. */
export type Connection = { rpc: HearthClient; host: RunningHost | null; close(): Promise<void> };

export type CoreFailure = { code: string; message: string };
export type OpenCore = () => Promise<Result<ServedCore, CoreFailure>>;

export async function connect(dataDir: string, openCore: OpenCore): Promise<Connection> {
  const host = findRunningHost(dataDir);
  const connection = host && (await connectTo(host));
  if (connection) return connection;
  const opened = await openCore();
  if (!opened.ok) throw coreFailure(opened.error);
  const core = opened.value;
  const rpc: HearthClient = createRouterClient(core.router, { context: {}, interceptors: [onFailure(core.log)] });
  return { rpc, host: null, close: () => core.dispose() };
}

/** Why there is no core, with what a person can do about it. */
export function coreFailure(failure: CoreFailure): CliFailure {
  if (failure.code !== "DATA_DIR_IN_USE") return new CliFailure(failure.code, failure.message, 1);
  return new CliFailure(
    failure.code,
    `${failure.message}, and it doesn't take calls from here: the desktop app, or another \`hearth\` command at work.\n` +
      "Close it or wait for it, or use `hearth serve`, which lets any number of commands work at once.",
    1,
  );
}

async function connectTo(host: RunningHost): Promise<Connection | null> {
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
  if (!opened) return null;
  const rpc: HearthClient = createORPCClient(new RPCLink({ websocket: socket }));
  return {
    rpc,
    host,
    async close() {
      // A host that ended has closed it already, and no second word of that comes.
      if (socket.readyState === WebSocket.CLOSED) return;
      const closed = new Promise<void>((resolve) => socket.once("close", () => resolve()));
      socket.close();
      // A host that hangs must not hold the command.
      const cut = setTimeout(() => socket.terminate(), 1000);
      await closed;
      clearTimeout(cut);
    },
  };
}
