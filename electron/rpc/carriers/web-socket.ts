import type { AnyRouter } from "@orpc/server";
import { RPCHandler } from "@orpc/server/ws";
import type { WebSocket } from "ws";
import type { Log } from "../../lib/log.ts";
import { onFailure } from "./failures.ts";

/** A page that takes nothing any more must not fill our memory; it connects again and gets what it missed. */
const maxUnsent = 64 * 1024 * 1024;

/** Serves the router on WebSockets, each until it closes. Who may have one is decided before. */
export class SocketCarrier {
  readonly #handler: RPCHandler<Record<never, never>>;

  constructor(router: AnyRouter, log: Log) {
    this.#handler = new RPCHandler<Record<never, never>>(router, { interceptors: [onFailure(log)] });
  }

  serve(socket: WebSocket): void {
    void this.#handler.upgrade({
      addEventListener: socket.addEventListener.bind(socket),
      send(data: Parameters<WebSocket["send"]>[0]) {
        if (socket.bufferedAmount > maxUnsent) socket.terminate();
        else socket.send(data);
      },
    });
  }
}
