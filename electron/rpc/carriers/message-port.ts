import type { AnyRouter } from "@orpc/server";
import { RPCHandler } from "@orpc/server/message-port";
import type { Log } from "../../lib/log.ts";
import { onFailure } from "./failures.ts";

type Port = Parameters<RPCHandler<Record<never, never>>["upgrade"]>[0];

/** Serves the router on MessagePorts, Node's or Electron's, each until it closes. */
export class PortCarrier {
  readonly #handler: RPCHandler<Record<never, never>>;

  constructor(router: AnyRouter, log: Log) {
    this.#handler = new RPCHandler<Record<never, never>>(router, { interceptors: [onFailure(log)] });
  }

  serve(port: Port): void {
    this.#handler.upgrade(port);
  }
}
