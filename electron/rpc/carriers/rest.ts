import type { IncomingMessage, ServerResponse } from "node:http";
import { OpenAPIHandler } from "@orpc/openapi/node";
import { ORPCError, type AnyRouter } from "@orpc/server";
import type { Log } from "../../lib/log.ts";
import { onFailure } from "./failures.ts";
import { isRecord } from "../../../shared/is-record.ts";

export const apiPrefix = "/api/v1";

/** A heartbeat keeps proxies and sleeping laptops from taking a quiet run for a dead connection. */
const heartbeatMs = 15_000;

/** What the caller gave besides the address's path. */
type Given = { given: Record<string, unknown> };

/**
 * Serves the router as REST + SSE under `apiPrefix`. `body` is the JSON of the request, read and bounded by the caller.
 * Input comes from one place only, and all of it must be known: from the query with GET and DELETE, else from the body.
 */
export class RestCarrier {
  readonly #handler: OpenAPIHandler<Given>;

  constructor(router: AnyRouter, log: Log) {
    this.#handler = new OpenAPIHandler<Given>(router, {
      interceptors: [onFailure(log)],
      clientInterceptors: [
        (call) => {
          refuseDoubled(call.context.given, call.procedure["~orpc"].route.path ?? "");
          return call.next();
        },
      ],
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
  }

  /** Returns whether there was such a route. */
  async handle(request: IncomingMessage, response: ServerResponse, body: unknown): Promise<boolean> {
    const refusal = refusalOf(request, body);
    if (refusal) {
      const { field, message } = refusal;
      response.writeHead(400, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ code: "INPUT_INVALID", status: 400, message, data: { field, issues: [{ path: field, message }] } }),
      );
      return true;
    }
    const given = readsQuery(request) ? queryOf(request) : isRecord(body) ? body : {};
    const { matched } = await this.#handler.handle(Object.assign(request, { body: given }), response, {
      prefix: apiPrefix,
      context: { given },
    });
    return matched;
  }
}

function readsQuery({ method }: IncomingMessage): boolean {
  return method === "GET" || method === "DELETE";
}

/** oRPC takes a body that isn't an object for none, and never looks at the other place: a `?dryRun=true` would be lost. */
function refusalOf(request: IncomingMessage, body: unknown): { field: string; message: string } | null {
  if (readsQuery(request))
    return body === undefined
      ? null
      : { field: "body", message: "This call takes its input from the address's query; send no body." };
  if (/\?./.test(request.url ?? "")) {
    const message = "This call takes its input as JSON in the body; there is nothing it reads from the address's query.";
    return { field: "query", message };
  }
  if (body === undefined || isRecord(body)) return null;
  const found = body === null ? "null" : Array.isArray(body) ? "an array" : `a ${typeof body}`;
  return { field: "body", message: `The body must be a JSON object, and is ${found}` };
}

/** What stands in the path can't be said again: the other place would lose silently. */
function refuseDoubled(given: Record<string, unknown>, route: string): void {
  for (const [, name = ""] of route.matchAll(/\{(\w+)\}/g)) {
    if (!Object.hasOwn(given, name)) continue;
    const message = "It stands in the address's path; leave it out here";
    throw new ORPCError("BAD_REQUEST", { data: { issues: [{ path: [name], message }] } });
  }
}

/** A name that is given twice becomes a list, which the schema takes or refuses. */
function queryOf(request: IncomingMessage): Record<string, unknown> {
  const query = new URL(request.url ?? "/", "http://localhost").searchParams;
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const values = query.getAll(name);
      return [name, values.length > 1 ? values : values[0]];
    }),
  );
}
