import { LATEST_PROTOCOL_VERSION, type JSONRPCMessage, type RequestId } from "@modelcontextprotocol/client";
import * as z from "zod";
import type { Failure } from "../../../shared/errors.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import type { ChildTransport } from "./child-transport.ts";
import { SessionMux, type MuxClient } from "./session-mux.ts";
import type { ToolGate } from "./tool-gate.ts";

const handshakeMs = 60_000;
/** For an agent that ends and begins again. */
const idleMs = 60_000;

export type SharedServerDeps = {
  clock: Clock;
  start: () => Promise<Result<ChildTransport, Failure<"MCP_SERVER_FAILED">>>;
  gate: ToolGate;
  version: string;
};

type Running = { child: ChildTransport; mux: SessionMux };

/**
 * One process of a server for all who are connected to it: begun when the first of them asks something, begun again
 * where it ended, and ended a while after the last of them is gone.
 */
export class SharedServer {
  readonly #deps: SharedServerDeps;
  readonly #clients = new Set<MuxClient>();
  #running: Promise<Result<Running, Failure<"MCP_SERVER_FAILED">>> | null = null;
  /** The latest that was begun. */
  #child: ChildTransport | null = null;
  #keepOn: (() => void) | null = null;

  constructor(deps: SharedServerDeps) {
    this.#deps = deps;
  }

  connect(client: MuxClient): void {
    this.#keepOn?.();
    this.#keepOn = null;
    this.#clients.add(client);
  }

  async disconnect(client: MuxClient): Promise<void> {
    this.#clients.delete(client);
    const running = await this.#running;
    if (running?.ok) running.value.mux.remove(client);
    if (this.#clients.size === 0) this.#keepOn ??= this.#deps.clock.after(idleMs, () => void this.close());
  }

  async fromClient(client: MuxClient, message: JSONRPCMessage): Promise<void> {
    const begun = (this.#running ??= this.#start());
    const running = await begun;
    if (!running.ok) {
      if (this.#running === begun) this.#running = null;
      this.#deps.gate.failed(running.error.message);
      if ("method" in message && "id" in message) client.send(failed(message.id, running.error.message));
      return;
    }
    const { mux, child } = running.value;
    if (child.closing) {
      await child.closing;
      return this.fromClient(client, message);
    }
    if (this.#clients.has(client)) mux.add(client);
    mux.fromClient(client, message);
  }

  async close(): Promise<void> {
    this.#keepOn?.();
    this.#keepOn = null;
    const begun = this.#running;
    this.#running = null;
    // One that doesn't answer its first message isn't waited for.
    await this.#child?.close();
    const running = await begun;
    if (running?.ok) await running.value.child.close();
  }

  async #start(): Promise<Result<Running, Failure<"MCP_SERVER_FAILED">>> {
    const started = await this.#deps.start();
    if (!started.ok) return started;
    const child = started.value;
    this.#child = child;
    const introduction = await this.#shakeHands(child);
    if (!introduction.ok) {
      await child.close();
      return introduction;
    }
    const send = (message: JSONRPCMessage): void => void child.send(message).catch(() => void child.close());
    const mux = new SessionMux({ introduction: introduction.value, toServer: send, gate: this.#deps.gate });
    child.onmessage = (message) => mux.fromServer(message);
    child.onclose = () => {
      // Another may have been begun while this one came to its end.
      if (this.#child === child) this.#running = null;
      mux.ended(child.lastWords("The server has ended"));
    };
    for (const client of this.#clients) mux.add(client);
    return ok({ child, mux });
  }

  async #shakeHands(child: ChildTransport): Promise<Result<Record<string, unknown>, Failure<"MCP_SERVER_FAILED">>> {
    const { promise, resolve } = Promise.withResolvers<Result<Record<string, unknown>, Failure<"MCP_SERVER_FAILED">>>();
    const refuse = (message: string): void => resolve(fail({ code: "MCP_SERVER_FAILED", message: child.lastWords(message) }));
    child.onmessage = (message) => {
      const answer = introduced.safeParse(message);
      if (answer.success) resolve(ok(answer.data.result));
      else if ("error" in message) refuse(`It refused: ${message.error.message}`);
    };
    child.onclose = () => refuse("It ended at once");
    const takeBack = this.#deps.clock.after(handshakeMs, () => refuse(`It didn't answer in ${handshakeMs / 1000} s`));
    await child.start();
    const clientInfo = { name: "hearth", version: this.#deps.version };
    const params = { protocolVersion: LATEST_PROTOCOL_VERSION, capabilities: {}, clientInfo };
    child.send({ jsonrpc: "2.0", id: 0, method: "initialize", params }).catch((error: unknown) => refuse(String(error)));
    const answer = await promise.finally(takeBack);
    if (answer.ok) await child.send({ jsonrpc: "2.0", method: "notifications/initialized" });
    return answer;
  }
}

const introduced = z.object({ id: z.literal(0), result: z.record(z.string(), z.unknown()) });

function failed(id: RequestId, message: string): JSONRPCMessage {
  return { jsonrpc: "2.0", id, error: { code: -32_000, message } };
}
