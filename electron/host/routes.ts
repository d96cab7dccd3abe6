import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { statusOf, type RefusalCode } from "../../shared/errors.ts";
import { apiPrefix, type RestCarrier } from "../rpc/carriers/rest.ts";
import { docsPage } from "./openapi/docs-page.ts";
import type { GuessLimit } from "./guess-limit.ts";
import { openApiDocument } from "./openapi/document.ts";
import { readJsonBody, type BodyFailure } from "./read-body.ts";
import type { RequestGuard } from "./request-guard.ts";
import type { SignIn } from "./sign-in.ts";
import { StaticFiles } from "./static-files.ts";

type RouteDeps = {
  guard: RequestGuard;
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

/**
 * Where a request goes. The order is the point: address and origin, then who it is, then its form, then its body.
 * Everything under the API's prefix needs a credential except the one path named here, so a new route can't forget it.
 */
export class Routes {
  readonly #deps: RouteDeps;
  readonly #files: StaticFiles;

  constructor(deps: RouteDeps) {
    this.#deps = deps;
    this.#files = new StaticFiles(deps.pageFolder);
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const path = (request.url ?? "/").split("?", 1)[0] ?? "/";
    const refusal = this.#deps.guard.head(request.headers);
    if (refusal) return sendError(response, refusal.code, refusal.message);
    if (path === apiPrefix || path.startsWith(`${apiPrefix}/`)) return this.#serveApi(path, request, response);
    if (path.startsWith("/auth/")) return this.#serveSignIn(path, request, response);
    if ((method === "GET" || method === "HEAD") && this.#files.send(path, request, response)) return;
    const message = this.#files.hasPage ? "There is nothing here" : "The page isn't built. Build it with: npm run build";
    return sendError(response, "NOT_FOUND", message);
  }

  async #serveApi(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    const document = method === "GET" && (path === `${apiPrefix}/docs` || path === `${apiPrefix}/openapi.json`);
    const refusal = this.#deps.guard.call(method, request.headers);
    if (refusal) return sendError(response, refusal.code, refusal.message);
    const open = method === "GET" && path === openPath;
    if (!open && !this.#isKnown(request, response, document ? "document" : "call")) return;
    if (document) return this.#sendDocument(path, response);
    const body = await readJsonBody(request, maxBodyBytes);
    if (!body.ok) return refuseBody(response, body.error);
    if (await this.#deps.rest.handle(request, response, body.value)) return;
    sendError(response, "NOT_FOUND", `${method} ${path} isn't a route of this API. All routes: ${apiPrefix}/docs`);
  }

  /** Whether the caller showed a good credential; otherwise it has been answered. */
  #isKnown(request: IncomingMessage, response: ServerResponse, kind: "call" | "document"): boolean {
    const caller = this.#deps.signIn.identify(request.headers, kind);
    if (caller.how !== "nobody") return true;
    const seconds = caller.guessed ? this.#deps.guesses.wrong(request.socket.remoteAddress ?? "") : 0;
    if (seconds > 0) {
      response.setHeader("retry-after", seconds);
      sendError(response, "TOO_MANY_ATTEMPTS", `Too many wrong tokens. Try again in ${seconds} s.`);
      return false;
    }
    response.setHeader("www-authenticate", 'Bearer realm="hearth"');
    sendError(response, "UNAUTHORIZED", "Send a token of this Hearth: Authorization: Bearer …");
    return false;
  }

  async #sendDocument(path: string, response: ServerResponse): Promise<void> {
    const document = await openApiDocument(this.#deps.version);
    if (path.endsWith("/docs")) return send(response, 200, "text/html; charset=utf-8", docsPage(document));
    send(response, 200, "application/json", JSON.stringify(document));
  }

  /** `/auth/exchange`: code → cookie. `/auth/code`: a program that has a token asks for a code, to open a browser with. */
  async #serveSignIn(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const method = request.method ?? "GET";
    if (method !== "POST" || (path !== "/auth/exchange" && path !== "/auth/code")) {
      return sendError(response, "NOT_FOUND", "There is nothing here");
    }
    const refusal = this.#deps.guard.call(method, request.headers);
    if (refusal) return sendError(response, refusal.code, refusal.message);
    if (path === "/auth/code") {
      if (!this.#isKnown(request, response, "call")) return;
      return send(response, 200, "application/json", JSON.stringify({ url: this.#deps.signInUrl() }));
    }
    const body = await readJsonBody(request, 4096);
    if (!body.ok) return refuseBody(response, body.error);
    const input = exchangeInput.safeParse(body.value);
    const session = input.success ? this.#deps.signIn.exchange(input.data.code) : null;
    if (!session) {
      this.#deps.guesses.wrong(request.socket.remoteAddress ?? "");
      return sendError(response, "UNAUTHORIZED", "This link was used already or is too old. `hearth open` makes a new one.");
    }
    response.setHeader("set-cookie", session.setCookie);
    send(response, 200, "application/json", JSON.stringify({ csrf: session.csrf }));
  }
}

function refuseBody(response: ServerResponse, { code, message }: BodyFailure): void {
  // What isn't JSON has no field to name; the issue is the body's own.
  sendError(response, code, message, code === "INPUT_INVALID" ? { issues: [{ path: "", message }] } : null);
}

function send(response: ServerResponse, status: number, type: string, body: string): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body) });
  response.end(body);
}

/** The one shape of all errors. Closes the connection where a body may still be on its way. */
export function sendError(response: ServerResponse, code: RefusalCode, message: string, data: object | null = null): void {
  const status = statusOf(code);
  if (response.headersSent) {
    response.destroy();
    return;
  }
  if (!response.req.complete) response.setHeader("connection", "close");
  send(response, status, "application/json", JSON.stringify({ code, status, message, data }));
}
