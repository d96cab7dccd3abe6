import type { JSONRPCMessage, RequestId, Transport } from "@modelcontextprotocol/client";
import { isRecord } from "../../../shared/is-record.ts";
import type { ToolGate } from "./tool-gate.ts";

/** A server: a process, or an address. */
export type ServerTransport = Transport & {
  /** Why it doesn't answer, in words that hold no secret of it. */
  lastWords(said: string): string;
  /** That what it was asked will not be answered any more, if it wasn't. */
  onLost?: (id: RequestId) => void;
};

type Asked = { method: string; progressToken: unknown; cursor: unknown };

/**
 * Joins one client with a server of its own: all that either says goes to the other as it is, but what the gate keeps
 * back. Both end together.
 */
export function relay(client: Transport, server: ServerTransport, gate: ToolGate): void {
  const asked = new Map<RequestId, Asked>();
  const toClient = (message: JSONRPCMessage, relatedRequestId?: RequestId): void =>
    // A client that is gone misses nothing.
    void client.send(message, relatedRequestId === undefined ? {} : { relatedRequestId }).catch(gone);
  client.onmessage = (message) => {
    if ("method" in message && "id" in message) {
      const { id, method, params } = message;
      const refusal = method === "tools/call" ? gate.refusal(params?.["name"]) : null;
      if (refusal !== null) return toClient({ jsonrpc: "2.0", id, error: { code: -32_602, message: refusal } });
      asked.set(id, { method, progressToken: params?._meta?.progressToken, cursor: params?.["cursor"] });
    }
    server.send(message).catch((error: unknown) => {
      if (!("id" in message) || message.id === undefined || !("method" in message)) return;
      asked.delete(message.id);
      const why = error instanceof Error ? error.message : String(error);
      if (message.method === "initialize") gate.failed(why);
      toClient({ jsonrpc: "2.0", id: message.id, error: { code: -32_000, message: why } });
    });
  };
  server.onmessage = (message) => {
    if ("method" in message) return toClient(message, requestOf(message, asked));
    const question = message.id === undefined ? undefined : asked.get(message.id);
    if (message.id !== undefined) asked.delete(message.id);
    if ("result" in message && question?.method === "initialize") {
      const { protocolVersion } = isRecord(message.result) ? message.result : {};
      if (typeof protocolVersion === "string") server.setProtocolVersion?.(protocolVersion);
      toClient({ ...message, result: gate.passIntroduction(message.result) as typeof message.result });
    } else if ("result" in message && question?.method === "tools/list")
      toClient({ ...message, result: gate.passOn(message.result, !question.cursor) as typeof message.result });
    else toClient(message);
  };
  const failed = (id: RequestId, message: string): void => {
    if (asked.delete(id)) toClient({ jsonrpc: "2.0", id, error: { code: -32_000, message } });
  };
  server.onLost = (id) => failed(id, server.lastWords("The connection ended before it had answered"));
  server.onclose = () => {
    for (const id of [...asked.keys()]) failed(id, server.lastWords("The server has ended"));
    void client.close();
  };
  client.onclose = () => void server.close();
}

/** The request that a notification of progress is about, over whose answer's stream it goes. */
function requestOf(message: JSONRPCMessage, asked: ReadonlyMap<RequestId, Asked>): RequestId | undefined {
  if (!("method" in message) || message.method !== "notifications/progress") return undefined;
  const token = message.params?.["progressToken"];
  return [...asked].find(([, { progressToken }]) => progressToken !== undefined && progressToken === token)?.[0];
}

function gone(): void {}
