import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { apiPrefix, type RestCarrier } from "../rpc/carriers/rest.ts";
import { docsPage } from "./docs-page.ts";
import type { GuessLimit } from "./guess-limit.ts";
import { openApiDocument } from "./openapi.ts";
import { readJsonBody, type BodyFailure } from "./read-body.ts";
import type { Guard } from "./request-guard.ts";
import type { SignIn } from "./sign-in.ts";
import { createStaticFiles } from "./static-files.ts";

/**
 * Where a request goes. The order is the point: address and origin, then who it is, then its form, then its body.
 * Everything under the API's prefix needs a credential except the one path named here, so a new route can't forget it.
 */
type Routes = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

type RouteDeps = {
  guard: Guard;
  signIn: SignIn;
  guesses: GuessLimit;
  rest: RestCarrier;
  pageFolder: string;
  version: string;
  signInUrl(): string;
};

const openPath = `${apiPrefix}/health`;
const maxBodyBytes = 32 * 1024 * 1024;
const exchangeInput = z.object({ code: z.string().min(1).max(200) });

export function createRoutes(deps: RouteDeps): Routes {
  const files = createStaticFiles(deps.pageFolder);
  return async (request, response) => {
    const method = request.method ?? "GET";
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const refusal = deps.guard.head(request.headers);
    if (refusal) return sendError(response, refusal.status, refusal.code, refusal.message);
    if (path === apiPrefix || path.startsWith(`${apiPrefix}/`)) return serveApi(deps, path, request, response);
    if (path.startsWith("/auth/")) return serveSignIn(deps, path, request, response);
    if ((method === "GET" || method === "HEAD") && files.send(path, request, response)) return;
    const message = files.hasPage ? "There is nothing here" : "The page isn't built. Build it with: npm run build";
    return sendError(response, 404, "NOT_FOUND", message);
  };
}

async function serveApi(deps: RouteDeps, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? "GET";
  const document = method === "GET" && (path === `${apiPrefix}/docs` || path === `${apiPrefix}/openapi.json`);
  const refusal = deps.guard.call(method, request.headers);
  if (refusal) return sendError(response, refusal.status, refusal.code, refusal.message);
  const open = method === "GET" && path === openPath;
  if (!open && !isKnown(deps, request, response, document ? "document" : "call")) return;
  if (document) return sendDocument(deps, path, response);
  const body = await readJsonBody(request, maxBodyBytes);
  if (!body.ok) return refuseBody(response, body.error);
  if (await deps.rest.handle(request, response, body.value)) return;
  sendError(response, 404, "NOT_FOUND", `${method} ${path} isn't a route of this API. All routes: ${apiPrefix}/docs`);
}

/** Whether the caller showed a good credential; otherwise it has been answered. */
function isKnown(deps: RouteDeps, request: IncomingMessage, response: ServerResponse, kind: "call" | "document"): boolean {
  const caller = deps.signIn.identify(request.headers, kind);
  if (caller.how !== "nobody") return true;
  const seconds = caller.guessed ? deps.guesses.wrong(request.socket.remoteAddress ?? "") : 0;
  if (seconds > 0) {
    response.setHeader("retry-after", seconds);
    sendError(response, 429, "TOO_MANY_ATTEMPTS", `Too many wrong tokens. Try again in ${seconds} s.`);
    return false;
  }
  response.setHeader("www-authenticate", 'Bearer realm="hearth"');
  sendError(response, 401, "UNAUTHORIZED", "Send a token of this Hearth: Authorization: Bearer …");
  return false;
}

async function sendDocument(deps: RouteDeps, path: string, response: ServerResponse): Promise<void> {
  const document = await openApiDocument(deps.version);
  if (path.endsWith("/docs")) return send(response, 200, "text/html; charset=utf-8", docsPage(document));
  send(response, 200, "application/json", JSON.stringify(document));
}

/** `/auth/exchange`: code → cookie. `/auth/code`: a program that has a token asks for a code, to open a browser with. */
async function serveSignIn(deps: RouteDeps, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const method = request.method ?? "GET";
  if (method !== "POST" || (path !== "/auth/exchange" && path !== "/auth/code")) {
    return sendError(response, 404, "NOT_FOUND", "There is nothing here");
  }
  const refusal = deps.guard.call(method, request.headers);
  if (refusal) return sendError(response, refusal.status, refusal.code, refusal.message);
  if (path === "/auth/code") {
    if (!isKnown(deps, request, response, "call")) return;
    return send(response, 200, "application/json", JSON.stringify({ url: deps.signInUrl() }));
  }
  const body = await readJsonBody(request, 4096);
  if (!body.ok) return refuseBody(response, body.error);
  const input = exchangeInput.safeParse(body.value);
  const session = input.success ? deps.signIn.exchange(input.data.code) : null;
  if (!session) {
    deps.guesses.wrong(request.socket.remoteAddress ?? "");
    return sendError(response, 401, "UNAUTHORIZED", "This link was used already or is too old. `hearth open` makes a new one.");
  }
  response.setHeader("set-cookie", session.setCookie);
  send(response, 200, "application/json", JSON.stringify({ csrf: session.csrf }));
}

function refuseBody(response: ServerResponse, { status, code, message }: BodyFailure): void {
  // What isn't JSON has no field to name; the issue is the body's own.
  sendError(response, status, code, message, code === "INPUT_INVALID" ? { issues: [{ path: "", message }] } : null);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** The one shape of all errors. Closes the connection where a body may still be on its way. */
export function sendError(
  response: ServerResponse,
  status: number,
  code: string,
  message: string,
  data: object | null = null,
): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!response.req.complete) response.setHeader("connection", "close");
  send(response, status, "application/json", JSON.stringify({ code, status, message, data }));
}
