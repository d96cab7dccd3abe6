import type { AnyRouter } from "@orpc/server";
import { RPCHandler } from "@orpc/server/ws";
import type { WebSocket } from "ws";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { onFailure } from "./failures.ts";

/** A page that takes nothing any more must not fill our memory; it connects again and gets what it missed. */
const maxUnsent = 64 * 1024 * 1024;

/** How often the other side is asked whether it is there; who didn't answer by the next time is taken for gone. */
const pingMs = 10_000;

/** Serves the router on WebSockets, each until it closes or no longer answers. Who may have one is decided before. */
export class SocketCarrier {
  readonly #handler: RPCHandler<Record<never, never>>;

  readonly #clock: Clock;

  constructor(router: AnyRouter, clock: Clock, log: Log) {
    this.#clock = clock;
    this.#handler = new RPCHandler<Record<never, never>>(router, { interceptors: [onFailure(log)] });
  }

  serve(socket: WebSocket): void {
    this.#keepAsking(socket);
    void this.#handler.upgrade({
      addEventListener: socket.addEventListener.bind(socket),
      send(data: Parameters<WebSocket["send"]>[0]) {
        if (socket.bufferedAmount > maxUnsent) socket.terminate();
        else socket.send(data);
      },
    });
  }

  /** A connection whose other end is asleep or cut off never closes by itself, and its subscriptions go on for nobody. */
  #keepAsking(socket: WebSocket): void {
    let heard = true;
    socket.on("pong", () => (heard = true));
    socket.on("message", () => (heard = true));
    const ask = (): void => {
      if (!heard) return socket.terminate();
      heard = false;
      socket.ping();
      stop = this.#clock.after(pingMs, ask);
    };
    let stop = this.#clock.after(pingMs, ask);
    socket.once("close", () => stop());
  }
}
