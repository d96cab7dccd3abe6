import type { JSONRPCMessage, JSONRPCNotification, JSONRPCRequest, RequestId } from "@modelcontextprotocol/client";
import { isRecord } from "../../../shared/is-record.ts";
import type { ToolGate } from "./tool-gate.ts";

/** Somebody who is connected to a server that many share. */
export type MuxClient = { send(message: JSONRPCMessage, relatedRequestId?: RequestId): void };

type Asked = { client: MuxClient; id: RequestId; progressToken: RequestId | null; lists: "all" | "more" | null };

export type SessionMuxDeps = {
  /** What the server told of itself when Hearth shook hands with it. */
  introduction: Readonly<Record<string, unknown>>;
  toServer: (message: JSONRPCMessage) => void;
  gate: ToolGate;
};

const methodNotFound = -32_601;
const invalidParams = -32_602;

/**
 * Lets many clients speak with one server as if each had it alone: each request goes on under a number of its own, and
 * its answer, its progress and its cancelling find their way back. What a server would keep of one client (subscriptions, the
 * level of its log) is neither offered nor passed on, and what it asks of a client is refused, as it can't know which.
 */
export class SessionMux {
  readonly #deps: SessionMuxDeps;
  readonly #clients = new Set<MuxClient>();
  readonly #asked = new Map<RequestId, Asked>();
  #nextId = 1;

  constructor(deps: SessionMuxDeps) {
    this.#deps = deps;
  }

  add(client: MuxClient): void {
    this.#clients.add(client);
  }

  /** What it asked and isn't answered is cancelled. */
  remove(client: MuxClient): void {
    this.#clients.delete(client);
    for (const [id, asked] of this.#asked) if (asked.client === client) this.#cancel(id, "The session has ended");
  }

  fromClient(client: MuxClient, message: JSONRPCMessage): void {
    if (!("method" in message)) return;
    if (!("id" in message)) return this.#notified(client, message);
    const { id, method } = message;
    if (method === "initialize") return client.send({ jsonrpc: "2.0", id, result: this.#introduce() });
    if (method === "ping") return client.send({ jsonrpc: "2.0", id, result: {} });
    if (perClient.test(method)) return client.send(refusal(id, `${method} isn't offered: the server is shared`));
    const kept = method === "tools/call" ? this.#deps.gate.refusal(message.params?.["name"]) : null;
    if (kept !== null) return client.send({ jsonrpc: "2.0", id, error: { code: invalidParams, message: kept } });
    this.#ask(client, message);
  }

  fromServer(message: JSONRPCMessage): void {
    if (!("method" in message)) return this.#answered(message);
    if ("id" in message) {
      const { id, method } = message;
      this.#deps.toServer(
        method === "ping" ? { jsonrpc: "2.0", id, result: {} } : refusal(id, "Nobody can be asked: it is shared"),
      );
    } else if (message.method === "notifications/progress") this.#progressed(message);
    else if (/^notifications\/\w+\/list_changed$/.test(message.method)) for (const client of this.#clients) client.send(message);
  }

  /** The server has ended: who waits is told. */
  ended(why: string): void {
    for (const { client, id } of this.#asked.values())
      client.send({ jsonrpc: "2.0", id, error: { code: -32_000, message: why } });
    this.#asked.clear();
  }

  #introduce(): Record<string, unknown> {
    return introduce(this.#deps.gate.passIntroduction(this.#deps.introduction) as Readonly<Record<string, unknown>>);
  }

  #ask(client: MuxClient, { id, method, params }: JSONRPCRequest): void {
    const own = this.#nextId++;
    const progressToken = params?._meta?.progressToken ?? null;
    const lists = method !== "tools/list" ? null : params?.["cursor"] ? "more" : "all";
    this.#asked.set(own, { client, id, progressToken, lists });
    const request: JSONRPCRequest = { jsonrpc: "2.0", id: own, method };
    if (params) request.params = progressToken === null ? params : { ...params, _meta: { ...params._meta, progressToken: own } };
    this.#deps.toServer(request);
  }

  #answered(message: Exclude<JSONRPCMessage, { method: string }>): void {
    const asked = message.id === undefined ? undefined : this.#asked.get(message.id);
    if (!asked || message.id === undefined) return;
    this.#asked.delete(message.id);
    const { client, id, lists } = asked;
    if (!("result" in message) || lists === null) return client.send({ ...message, id });
    const result = this.#deps.gate.passOn(message.result, lists === "all") as typeof message.result;
    client.send({ ...message, id, result });
  }

  #progressed(message: JSONRPCNotification): void {
    const token = message.params?.["progressToken"];
    const asked = typeof token === "number" ? this.#asked.get(token) : undefined;
    if (!asked || asked.progressToken === null) return;
    asked.client.send({ ...message, params: { ...message.params, progressToken: asked.progressToken } }, asked.id);
  }

  #notified(client: MuxClient, { method, params }: JSONRPCNotification): void {
    if (method !== "notifications/cancelled") return;
    const [own] = [...this.#asked].find(([, asked]) => asked.client === client && asked.id === params?.["requestId"]) ?? [];
    if (own !== undefined) this.#cancel(own, params?.["reason"]);
  }

  #cancel(own: RequestId, reason: unknown): void {
    this.#asked.delete(own);
    this.#deps.toServer({ jsonrpc: "2.0", method: "notifications/cancelled", params: { requestId: own, reason } });
  }
}

/** What a server keeps of whoever asked for it. */
const perClient = /^(resources\/(un)?subscribe|logging\/setLevel|tasks\/.*)$/;

function introduce({ capabilities, ...told }: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { logging: _logging, tasks: _tasks, resources, ...offered } = isRecord(capabilities) ? capabilities : {};
  const readable = isRecord(resources) ? { resources: { ...resources, subscribe: false } } : {};
  return { ...told, capabilities: { ...offered, ...readable } };
}

function refusal(id: RequestId, message: string): JSONRPCMessage {
  return { jsonrpc: "2.0", id, error: { code: methodNotFound, message } };
}
