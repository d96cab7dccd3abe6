/**
 * Owns the page's one connection to the core, for as long as the page lives: a MessagePort from the desktop shell,
 * or a WebSocket to the host that served the page. Lost connections are made again with growing pauses;
 * calls made meanwhile wait for it, calls under way when it broke fail.
 */
import { createORPCClient, ORPCError, type ClientLink } from "@orpc/client";
import { RPCLink as PortLink } from "@orpc/client/message-port";
import { RPCLink as SocketLink } from "@orpc/client/websocket";
import type { ContractRouterClient } from "@orpc/contract";
import type { Contract } from "../shared/contract/contract.ts";
import { desktop, hearthPortMessage, type DesktopBridge } from "./desktop-bridge.ts";
import { isSignedOut } from "./signed-out.ts";
import { setConnection, useConnection } from "./stores/connection.ts";
import { isRecord } from "../shared/is-record.ts";

type Link = ClientLink<Record<never, never>>;
/** `closed` resolves when the connection is gone. */
type Connection = { link: Link; closed: Promise<void> };

const firstPauseMs = 250;
const longestPauseMs = 8_000;
const csrfKey = "hearth.csrf";

let current: Connection | null = null;
const waiting: ((connection: Connection) => void)[] = [];

const link: Link = {
  async call(path, input, options) {
    const connection = current ?? (await new Promise<Connection>((resolve) => waiting.push(resolve)));
    return connection.link.call(path, input, options);
  },
};

/** Every procedure of the contract, typed. Expected failures reject with an `ORPCError` that has the contract's code. */
export const rpc: ContractRouterClient<Contract> = createORPCClient(link);

/** Connects, and stays connected until the page goes. Call once. */
export async function keepConnected(): Promise<never> {
  if (!desktop) await signInFromFragment();
  let pauseMs = firstPauseMs;
  for (;;) {
    const connection = await (desktop ? connectPort(desktop) : connectSocket());
    if (connection) {
      pauseMs = firstPauseMs;
      current = connection;
      for (const resolve of waiting.splice(0)) resolve(connection);
      setConnection("open");
      await connection.closed;
      current = null;
      setConnection("reconnecting");
    } else if (!desktop && (await isSignedOut(localStorage.getItem(csrfKey), fetch))) {
      setConnection("signed-out");
    } else if (useConnection.getState().state === "signed-out") {
      setConnection("reconnecting");
    }
    await pause(pauseMs);
    pauseMs = Math.min(longestPauseMs, pauseMs * 2);
  }
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
  return isOpen ? { link: new SocketLink({ websocket: socket }), closed } : null;
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
    return { link: new PortLink({ port }), closed };
  } catch {
    return null; // The core is starting again; the next attempt finds it.
  } finally {
    listening.abort();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    window.addEventListener("online", done, { once: true });
    function done(): void {
      clearTimeout(timer);
      window.removeEventListener("online", done);
      resolve();
    }
  });
}

/** What went wrong, for a person and for code: the contract's code and message, or that the connection broke. */
export type CallFailure = { code: string; message: string; data: Record<string, unknown> | null };

/** Whether the core refused the call, as against failing at it or not being reached: the same again is refused again. */
export function isRefusal(error: unknown): boolean {
  return error instanceof ORPCError && error.status < 500;
}

/** Anything a call can reject with → code and message. */
export function callFailure(error: unknown): CallFailure {
  if (error instanceof ORPCError) {
    const data: unknown = error.data;
    return { code: String(error.code), message: error.message, data: isRecord(data) ? data : null };
  }
  if (useConnection.getState().state !== "open") {
    return {
      code: "CONNECTION_LOST",
      message: "The connection to Hearth broke before the answer came. It is being made again.",
      data: null,
    };
  }
  return { code: "UNEXPECTED", message: error instanceof Error ? error.message : String(error), data: null };
}
