/**
 * The page's door to the core: a MessagePort from the desktop shell, or a WebSocket to the host that served the page.
 * Reads wait for the connection, orders fail without it; see `connection/core-link.ts`, which owns it.
 */
import { createORPCClient, ORPCError, type ClientLink, type ClientOptions } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import type { Contract } from "../shared/contract/contract.ts";
import { isRecord } from "../shared/is-record.ts";
import { CallError } from "./connection/call-error.ts";
import { CoreLink, type Connection as CoreConnection } from "./connection/core-link.ts";
import { onWake } from "./connection/on-wake.ts";
import { desktop, hearthPortMessage, type DesktopBridge } from "./desktop-bridge.ts";
import { isSignedOut } from "./signed-out.ts";
import { setConnection, useConnection } from "./stores/connection.ts";

type Context = Record<never, never>;
type Connection = CoreConnection<ClientOptions<Context>>;

const csrfKey = "hearth.csrf";

const link = new CoreLink<ClientOptions<Context>>({
  connect: () => (desktop ? connectPort(desktop) : connectSocket()),
  ping: (connection, signal) => connection.call(["system", "health"], undefined, { context: {}, signal }),
  onOpen: () => setConnection("open"),
  onLost: () => setConnection("reconnecting"),
  async onRefused() {
    if (!desktop && (await isSignedOut(localStorage.getItem(csrfKey), fetch))) setConnection("signed-out");
    else if (useConnection.getState().state === "signed-out") setConnection("reconnecting");
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});

/** Every procedure of the contract, typed. Expected failures reject with an `ORPCError` that has the contract's code. */
export const rpc: ContractRouterClient<Contract> = createORPCClient(link);

/** Connects, and stays connected until the page goes. Call once. */
export async function keepConnected(): Promise<never> {
  if (!desktop) await signInFromFragment();
  onWake(lookForCore);
  return link.keep();
}

/** Looks at once whether the core is there, instead of after a pause. */
export function lookForCore(): void {
  link.look();
}

/** The one-time code of a fresh link becomes a cookie the page can't read; the fragment goes from the address and the history. */
async function signInFromFragment(): Promise<void> {
  const code = new URLSearchParams(location.hash.slice(1)).get("code");
  if (!code) return;
  history.replaceState(null, "", location.pathname + location.search);
  try {
    const answer = await fetch("/auth/exchange", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code }),
    });
    const body: unknown = answer.ok ? await answer.json() : null;
    if (isRecord(body) && typeof body["csrf"] === "string") localStorage.setItem(csrfKey, body["csrf"]);
  } catch {
    // The host is gone or the code was used up: connecting tells which, and an earlier cookie may still be good.
  }
}

async function connectSocket(): Promise<Connection | null> {
  const url = new URL("/ws", location.href);
  url.protocol = location.protocol === "https:" ? "wss:" : "ws:";
  // The cookie alone opens nothing: it also goes to other ports of this machine. This value stays with our origin.
  const csrf = localStorage.getItem(csrfKey);
  const socket = new WebSocket(url, csrf === null ? ["hearth"] : ["hearth", `csrf.${csrf}`]);
  const closed = new Promise<void>((resolve) => socket.addEventListener("close", () => resolve(), { once: true }));
  const opened = new Promise<true>((resolve) => socket.addEventListener("open", () => resolve(true), { once: true }));
  const isOpen = await Promise.race([opened, closed]);
  return isOpen ? asConnection(new SocketLink({ websocket: silentOnceClosed(socket) }), closed, () => endSocket(socket)) : null;
}

/** What goes on when the connection is gone (streams being ended, calls given up) has nobody to tell. */
function silentOnceClosed(socket: WebSocket): ConstructorParameters<typeof SocketLink>[0]["websocket"] {
  return {
    addEventListener: socket.addEventListener.bind(socket),
    removeEventListener: socket.removeEventListener.bind(socket),
    readyState: WebSocket.OPEN,
    send: (data) => socket.readyState === WebSocket.OPEN && socket.send(data),
  };
}

/** The closing handshake has no end where the other side is silent; for us it's over. */
function endSocket(socket: WebSocket): void {
  const isOver = socket.readyState === WebSocket.CLOSED;
  socket.close();
  if (!isOver) socket.dispatchEvent(new CloseEvent("close"));
}

function endPort(port: MessagePort): void {
  port.close();
  port.dispatchEvent(new Event("close"));
}

function asConnection(made: ClientLink<Context>, closed: Promise<void>, close: () => void): Connection {
  return { call: (path, input, options) => made.call(path, input, options), closed, close };
}

async function connectPort(bridge: DesktopBridge): Promise<Connection | null> {
  const listening = new AbortController();
  const arrival = new Promise<MessagePort>((resolve) => {
    const listen = (event: MessageEvent): void => {
      const port = event.ports[0];
      if (event.source === window && event.data === hearthPortMessage && port) resolve(port);
    };
    window.addEventListener("message", listen, { signal: listening.signal });
  });
  try {
    await bridge.connect();
    const port = await arrival;
    const closed = new Promise<void>((resolve) => port.addEventListener("close", () => resolve(), { once: true }));
    port.start();
    return asConnection(new PortLink({ port }), closed, () => endPort(port));
  } catch {
    return null; // The core is starting again; the next attempt finds it.
  } finally {
    listening.abort();
  }
}

/** What went wrong, for a person and for code: the contract's code and message, or that there was no answer. */
export type CallFailure = { code: string; message: string; data: Record<string, unknown> | null };

/** Whether the core refused the call, as against failing at it or not being reached: the same again is refused again. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ORPCError && error.status < 500;
}

/** Whether nobody answered: it may have been done, or may be tried again under the same key. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof CallError;
}

/** Anything a call can reject with → code and message. */
export function callFailure(error: unknown): CallFailure {
  if (error instanceof ORPCError) {
    const data: unknown = error.data;
    return { code: String(error.code), message: error.message, data: isRecord(data) ? data : null };
  }
  if (error instanceof CallError) return { code: error.code, message: error.message, data: null };
  return { code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error), data: null };
}
