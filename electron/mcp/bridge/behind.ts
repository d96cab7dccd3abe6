import type { WebStandardStreamableHTTPServerTransport as Http } from "@modelcontextprotocol/server";
import { sender, type Behind } from "./bridge-session.ts";
import { relay, type ServerTransport } from "./relay.ts";
import type { MuxClient } from "./session-mux.ts";
import type { Failure } from "../../../shared/errors.ts";
import type { Result } from "../../../shared/result.ts";
import type { SharedServer } from "./shared-server.ts";
import type { ToolGate } from "./tool-gate.ts";

/** One session's part in a process that others use, too. */
export class SharedUse implements Behind {
  readonly #server: SharedServer;
  #client: MuxClient | null = null;

  constructor(server: SharedServer) {
    this.#server = server;
  }

  async join(http: Http): Promise<void> {
    const client = { send: sender(http) };
    this.#client = client;
    this.#server.connect(client);
    http.onmessage = (message) => void this.#server.fromClient(client, message);
  }

  leave(): void {
    if (this.#client) void this.#server.disconnect(this.#client);
  }
}

type Start = () => Promise<Result<ServerTransport, Failure<"MCP_SERVER_FAILED">>>;

/** A process or a connection of the session's own, which ends with it. */
export class OwnServer implements Behind {
  readonly #start: Start;
  readonly #gate: ToolGate;

  constructor(start: Start, gate: ToolGate) {
    this.#start = start;
    this.#gate = gate;
  }

  async join(http: Http): Promise<void> {
    const started = await this.#start();
    if (started.ok) {
      relay(http, started.value, this.#gate);
      return started.value.start();
    }
    this.#gate.failed(started.error.message);
    const send = sender(http);
    http.onmessage = (message) => {
      if ("method" in message && "id" in message)
        send({ jsonrpc: "2.0", id: message.id, error: { code: -32_000, message: started.error.message } });
    };
  }

  leave(): void {}
}
