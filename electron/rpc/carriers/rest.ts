import type { IncomingMessage, ServerResponse } from "node:http";
import { OpenAPIHandler } from "@orpc/openapi/node";
import type { AnyRouter, ORPCError } from "@orpc/server";
import type { Log } from "../../lib/log.ts";
import { onFailure } from "./failures.ts";

export const apiPrefix = "/api/v1";

/** A heartbeat keeps proxies and sleeping laptops from taking a quiet run for a dead connection. */
const heartbeatMs = 15_000;

/**
 * Serves the router as REST + SSE under `apiPrefix`. `body` is the JSON of the request, read and bounded by the caller.
 * Answers whether there was such a route.
 */
export type RestCarrier = { handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<boolean> };

export function createRestCarrier(router: AnyRouter, log: Log): RestCarrier {
  const handler = new OpenAPIHandler<Record<never, never>>(router, {
    interceptors: [onFailure(log)],
    customErrorResponseBodyEncoder: (error: ORPCError<string, unknown>) => ({
      code: error.code,
      status: error.status,
      message: error.message,
      data: error.data ?? null,
    }),
    eventIteratorKeepAliveInterval: heartbeatMs,
    eventIteratorKeepAliveComment: "heartbeat",
    eventIteratorInitialComment: "connected",
  });
  return {
    async handle(request, response, body) {
      // oRPC reads the query for GET only; a DELETE has its options there too.
      const input = request.method === "DELETE" && body === undefined ? queryOf(request) : body;
      const { matched } = await handler.handle(Object.assign(request, { body: input ?? {} }), response, { prefix: apiPrefix });
      return matched;
    },
  };
}

function queryOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(new URL(request.url ?? "/", "http://localhost").searchParams);
}
