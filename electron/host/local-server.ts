import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { AnyRouter } from "@orpc/server";
import { WebSocketServer, type WebSocket } from "ws";
import { statusOf } from "../../shared/errors.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import { RestCarrier } from "../rpc/carriers/rest.ts";
import { SocketCarrier } from "../rpc/carriers/web-socket.ts";
import type { Tokens } from "../store/tokens.ts";
import { GuessLimit } from "./guess-limit.ts";
import { isLoopbackAddress, loopbackAddress } from "./loopback.ts";
import { RequestGuard } from "./request-guard.ts";
import { Routes, sendError } from "./routes.ts";
import { setSecurityHeaders } from "./security-headers.ts";
import { bearerOf, SignIn } from "./sign-in.ts";

/**
 * Owns the listening socket and every connection to it, from `startLocalServer` until `close`. One router behind
 * REST + SSE, a WebSocket for the page, the page's files, and the sign-in.
 */
export type LocalServer = {
  /** `http://127.0.0.1:PORT` */
  url: string;
  /** The address with a fresh one-time code in its fragment, for a browser. */
  signInUrl: () => string;
  /** Whether a program (as against a page) is connected by WebSocket. */
  isUsed: () => boolean;
  /** Resolves once no program (as against a page) is connected by WebSocket. */
  whenUnused: () => Promise<void>;
  close: () => Promise<void>;
};

export type LocalServerOptions = {
  router: AnyRouter;
  tokens: Tokens;
  clock: Clock;
  log: Log;
  version: string;
  /** Folder of the built page. */
  pageFolder: string;
  host?: string;
  /** 0 lets the system choose. */
  port?: number;
};

export type ServerFailure = { code: "HOST_NOT_LOOPBACK" | "PORT_TAKEN" | "PORT_REFUSED"; message: string };

const maxSocketMessage = 32 * 1024 * 1024;
const maxSockets = 100;

export async function startLocalServer(options: LocalServerOptions): Promise<Result<LocalServer, ServerFailure>> {
  const address = loopbackAddress(options.host ?? "127.0.0.1");
  if (!address.ok) return address;
  const server = createServer({
    requestTimeout: 60_000,
    headersTimeout: 20_000,
    maxHeaderSize: 32 * 1024,
    // Node would answer a request without Host by itself, in no shape of ours; the guard refuses it.
    requireHostHeader: false,
  });
  const bound = await bind(server, address.value, options.port ?? 0);
  if (!bound.ok) return bound;
  const { port } = bound.value;
  const guard = new RequestGuard({ address: address.value, port });
  const signIn = new SignIn({ tokens: options.tokens, clock: options.clock, port });
  const guesses = new GuessLimit({ clock: options.clock, onBurst: (peer) => options.log.warn("server.guessing", { peer }) });
  const name = address.value === "::1" ? "[::1]" : address.value;
  const url = `http://${name}:${port}`;
  const signInUrl = (): string => `${url}/#code=${signIn.newCode()}`;
  const routes = new Routes({
    ...options,
    guard,
    signIn,
    guesses,
    signInUrl,
    rest: new RestCarrier(options.router, options.log),
  });
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    setSecurityHeaders(response, port);
    routes.handle(request, response).catch((error: unknown) => {
      options.log.error("server.request", error);
      sendError(response, "INTERNAL_SERVER_ERROR", "Something went wrong inside Hearth. What it was is in the log.");
    });
  });
  const programs = new Set<WebSocket>();
  const sockets = serveSockets(server, {
    guard,
    signIn,
    programs,
    carrier: new SocketCarrier(options.router, options.clock, options.log),
  });
  return ok({
    url,
    signInUrl,
    isUsed: () => programs.size > 0,
    whenUnused: () => whenClosed(programs),
    close: () => closeAll(server, sockets),
  });
}

async function bind(server: Server, address: string, port: number): Promise<Result<AddressInfo, ServerFailure>> {
  const failure = await new Promise<NodeJS.ErrnoException | null>((resolve) => {
    server.once("error", resolve);
    server.listen({ host: address, port, exclusive: true }, () => resolve(null));
  });
  if (failure?.code === "EADDRINUSE")
    return fail({
      code: "PORT_TAKEN",
      message: `Port ${port} is taken by another program. Choose another with --port, or leave --port out.`,
    });
  if (failure?.code === "EACCES")
    return fail({ code: "PORT_REFUSED", message: `The system doesn't let Hearth use port ${port}. Choose one above 1023.` });
  if (failure) throw failure;
  const bound = server.address();
  if (bound !== null && typeof bound === "object" && isLoopbackAddress(bound.address)) return ok(bound);
  server.close();
  return fail({
    code: "HOST_NOT_LOOPBACK",
    message: "The system bound another address than the loopback one that was asked for",
  });
}

/** Upgrades are let in by Host, Origin and credential, or refused with a plain answer before there is a WebSocket. */
function serveSockets(
  server: Server,
  deps: { guard: RequestGuard; signIn: SignIn; carrier: SocketCarrier; programs: Set<WebSocket> },
): WebSocketServer {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: maxSocketMessage, perMessageDeflate: false });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    socket.on("error", () => socket.destroy());
    const status = upgradeStatus(request, deps, sockets.clients.size);
    if (status !== 101) {
      socket.end(
        `HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\nx-content-type-options: nosniff\r\n\r\n`,
      );
      return;
    }
    sockets.handleUpgrade(request, socket, head, (webSocket) => {
      // What goes wrong on the wire ends the connection; its end is all there is to know.
      webSocket.on("error", () => webSocket.terminate());
      if (bearerOf(request.headers) !== null) {
        deps.programs.add(webSocket);
        webSocket.on("close", () => deps.programs.delete(webSocket));
      }
      deps.carrier.serve(webSocket);
    });
  });
  return sockets;
}

function upgradeStatus(request: IncomingMessage, deps: { guard: RequestGuard; signIn: SignIn }, open: number): number {
  const { headers } = request;
  const refusal = deps.guard.head(headers) ?? deps.guard.upgrade(headers, bearerOf(headers) !== null);
  if (refusal) return statusOf(refusal.code);
  if (deps.signIn.identify(headers, "upgrade").how === "nobody") return 401;
  if (request.url !== "/ws") return 404;
  return open >= maxSockets ? 503 : 101;
}

async function whenClosed(sockets: ReadonlySet<WebSocket>): Promise<void> {
  for (const socket of sockets) await new Promise<void>((resolve) => socket.once("close", () => resolve()));
}

async function closeAll(server: Server, sockets: WebSocketServer): Promise<void> {
  for (const socket of sockets.clients) socket.terminate();
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
