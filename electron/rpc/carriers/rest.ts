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
      if (refusesQuery(request)) {
        const message = "This call takes its input as JSON in the body; there is nothing it reads from the address's query.";
        response.writeHead(400, { "content-type": "application/json" });
        response.end(JSON.stringify({ code: "INPUT_INVALID", status: 400, message, data: { field: "query" } }));
        return true;
      }
      // oRPC reads the query for GET only; a DELETE has its options there too.
      const input = request.method === "DELETE" && body === undefined ? queryOf(request) : body;
      const { matched } = await handler.handle(Object.assign(request, { body: input ?? {} }), response, { prefix: apiPrefix });
      return matched;
    },
  };
}

/** A `?dryRun=true` that nobody reads would do the thing instead of showing it. */
function refusesQuery({ method, url }: IncomingMessage): boolean {
  return (method === "POST" || method === "PATCH" || method === "PUT") && /\?./.test(url ?? "");
}

function queryOf(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(new URL(request.url ?? "/", "http://localhost").searchParams);
}
