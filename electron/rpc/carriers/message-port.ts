import type { AnyRouter } from "@orpc/server";
import { RPCHandler } from "@orpc/server/message-port";
import type { Log } from "../../lib/log.ts";
import { onFailure } from "./failures.ts";

type Port = Parameters<RPCHandler<Record<never, never>>["upgrade"]>[0];

/** Serves the router on a MessagePort, Node's or Electron's, until the port closes. */
export function createPortCarrier(router: AnyRouter, log: Log): { serve(port: Port): void } {
  const handler = new RPCHandler<Record<never, never>>(router, { interceptors: [onFailure(log)] });
  return {
    serve(port) {
      handler.upgrade(port);
    },
  };
}
