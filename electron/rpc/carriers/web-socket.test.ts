import { os } from "@orpc/server";
import type { WebSocket } from "ws";
import { describe, expect, it } from "vitest";
import { ManualClock } from "../../lib/clock.ts";
import { silentLog } from "../../lib/log.ts";
import { until } from "../../testing/until.ts";
import { SocketCarrier } from "./web-socket.ts";

/** A socket whose other side has stopped reading: what is sent stays with us. */
function stalledSocket() {
  const listeners = new Map<string, ((event: unknown) => void)[]>();
  const socket = {
    bufferedAmount: 0,
    terminated: false,
    addEventListener: (type: string, listener: (event: unknown) => void) =>
      listeners.set(type, [...(listeners.get(type) ?? []), listener]),
    on: (type: string, listener: () => void) => socket.addEventListener(type, listener),
    once: (type: string, listener: () => void) => socket.addEventListener(type, listener),
    pings: 0,
    ping: () => (socket.pings += 1),
    send: (data: string | Uint8Array) => (socket.bufferedAmount += data.length),
    terminate: () => (socket.terminated = true),
  };
  const hear = (type: string): void => listeners.get(type)?.forEach((listener) => listener({}));
  const receive = (data: string): void => listeners.get("message")?.forEach((listener) => listener({ data }));
  return { socket, receive, hear };
}

describe("the WebSocket carrier", () => {
  it("R94 ends the connection of a page that stopped reading, before it fills the memory", async () => {
    const big = "x".repeat(1024 * 1024);
    const router = {
      flood: os.handler(async function* () {
        for (;;) {
          await new Promise((resolve) => setImmediate(resolve));
          yield big;
        }
      }),
    };
    const { socket, receive } = stalledSocket();
    new SocketCarrier(router, new ManualClock(), silentLog).serve(socket as unknown as WebSocket);
    receive(JSON.stringify({ i: "1", p: { u: "/flood", b: {} } }));
    await until(() => socket.terminated, "the end of the connection");
    expect(socket.bufferedAmount).toBeLessThan(80 * 1024 * 1024);
    receive(JSON.stringify({ i: "1", t: 4 }));
  });

  it("ends a connection whose other end no longer answers, and leaves one that does", () => {
    const clock = new ManualClock();
    const { socket, hear } = stalledSocket();
    new SocketCarrier({}, clock, silentLog).serve(socket as unknown as WebSocket);
    for (let times = 0; times < 3; times += 1) {
      clock.advance(10_000);
      hear("pong");
    }
    expect(socket).toMatchObject({ pings: 3, terminated: false });
    clock.advance(20_000);
    expect(socket.terminated).toBe(true);
    hear("close");
    expect(clock.pending()).toBe(0);
  });
});
