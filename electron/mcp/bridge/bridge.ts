import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { BridgeSession, type Behind } from "./bridge-session.ts";
import { sendWebResponse, toWebRequest } from "./web-http.ts";

/** For an agent that loses its connection and comes back. */
const returnMs = 60_000;
const lookMs = 15_000;

/** Where an agent reaches a server, and with what. */
export type Address = { url: string; headers: Record<string, string> };
export type Door = { key: string; behind: () => Behind };
type OpenDoor = Door & { path: string; token: string; sessions: Map<string, BridgeSession> };

/**
 * Hearth's own address on this machine at which agents reach the servers that it runs: one door for each use of a
 * server, which only its own token opens. It owns the listening socket and every session over it.
 */
export class Bridge {
  readonly #deps: { clock: Clock; log: Log };
  readonly #doors = new Map<string, OpenDoor>();
  #listening: Promise<{ server: Server; port: number }> | null = null;
  #stopLooking: (() => void) | null = null;
  #closed = false;

  constructor(deps: { clock: Clock; log: Log }) {
    this.#deps = deps;
  }

  /** The same door as before where there is one of this key. */
  async open(door: Door): Promise<Address> {
    this.#listening ??= this.#listen();
    const { port } = await this.#listening;
    const found = [...this.#doors.values()].find(({ key }) => key === door.key);
    const opened = found ?? { ...door, path: `/${token(12)}`, token: token(32), sessions: new Map<string, BridgeSession>() };
    this.#doors.set(opened.path, opened);
    return { url: `http://127.0.0.1:${port}${opened.path}`, headers: { Authorization: `Bearer ${opened.token}` } };
  }

  /** Ends the doors and all that goes on behind them. */
  async shut(which: (key: string) => boolean): Promise<void> {
    const shut = [...this.#doors.values()].filter(({ key }) => which(key));
    for (const { path } of shut) this.#doors.delete(path);
    await Promise.all(shut.flatMap(({ sessions }) => [...sessions.values()].map((session) => session.close())));
  }

  async dispose(): Promise<void> {
    this.#closed = true;
    this.#stopLooking?.();
    await this.shut(() => true);
    const listening = await this.#listening;
    if (!listening) return;
    const closed = new Promise<void>((resolve) => listening.server.close(() => resolve()));
    listening.server.closeAllConnections();
    await closed;
  }

  async #listen(): Promise<{ server: Server; port: number }> {
    const server = createServer({ requestTimeout: 0, keepAliveTimeout: 30_000 }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        this.#deps.log.error("mcp.bridge", error);
        response.destroy();
      });
    });
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject);
      server.listen({ host: "127.0.0.1", port: 0, exclusive: true }, resolve);
    });
    return { server, port: (server.address() as AddressInfo).port };
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { headers, url = "" } = request;
    const door = this.#doors.get(url.split("?")[0] ?? "");
    // No page has a place here, whatever it may have learnt.
    if (headers.origin !== undefined || !/^127\.0\.0\.1:\d+$/.test(headers.host ?? "")) return refuse(response, 403);
    if (!door || this.#closed) return refuse(response, 404);
    if (!isSame(headers.authorization, `Bearer ${door.token}`)) return refuse(response, 401);
    const named = headers["mcp-session-id"];
    const session = typeof named === "string" ? door.sessions.get(named) : this.#begin(door);
    if (!session) return refuse(response, 404);
    const { response: answer, sent } = await session.answer(toWebRequest(request, `http://${headers.host}`));
    await sendWebResponse(answer, response).finally(sent);
  }

  #begin(door: OpenDoor): BridgeSession {
    const session: BridgeSession = new BridgeSession({
      behind: door.behind(),
      now: () => this.#deps.clock.monotonic(),
      onBegun: (id) => door.sessions.set(id, session),
      onEnded: (id) => door.sessions.delete(id),
    });
    this.#look();
    return session;
  }

  /** Ends the sessions of agents that have gone without a word. */
  #look(): void {
    this.#stopLooking ??= this.#deps.clock.after(lookMs, () => {
      this.#stopLooking = null;
      const sessions = [...this.#doors.values()].flatMap((door) => [...door.sessions.values()]);
      const now = this.#deps.clock.monotonic();
      for (const session of sessions) if (session.leftSince !== null && now - session.leftSince > returnMs) void session.close();
      if (sessions.length > 0 && !this.#closed) this.#look();
    });
  }
}

function token(bytes: number): string {
  return randomBytes(bytes).toString("base64url");
}

function isSame(given: string | undefined, wanted: string): boolean {
  const [a, b] = [Buffer.from(given ?? ""), Buffer.from(wanted)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** In the protocol's own shape, so that a client knows a session that has ended. */
function refuse(response: ServerResponse, status: 401 | 403 | 404): void {
  const message = status === 404 ? "Session not found" : "Not for you";
  response.writeHead(status, { "content-type": "application/json" });
  response.end(JSON.stringify({ jsonrpc: "2.0", id: null, error: { code: status === 404 ? -32_001 : -32_000, message } }));
}
