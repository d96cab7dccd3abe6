import type { AnyRouter } from "@orpc/server";
import { RPCHandler } from "@orpc/server/ws";
import type { WebSocket } from "ws";
import type { Log } from "../../lib/log.ts";
import { onFailure } from "./failures.ts";

/** Serves the router on a WebSocket until it closes. Who may have one is decided before. */
export function createSocketCarrier(router: AnyRouter, log: Log): { serve(socket: WebSocket): void } {
  const handler = new RPCHandler<Record<never, never>>(router, { interceptors: [onFailure(log)] });
  return {
    serve(socket) {
      void handler.upgrade(socket);
    },
  };
}
