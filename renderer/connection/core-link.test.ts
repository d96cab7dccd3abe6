import { describe, expect, it } from "vitest";
import { ManualTimers } from "../testing/manual-timers.ts";
import { CoreLink, type Connection } from "./core-link.ts";

type Options = { signal?: AbortSignal | undefined };

/** A core that can be away, hang, or leave single calls without an answer. */
function bench({ reachable = true, hangs = false } = {}) {
  const clock = new ManualTimers();
  const seen: string[] = [];
  const made: { end: () => void; closed: boolean }[] = [];
  const core = { reachable, hangs, silent: new Set<string>() };
  const never = (signal: AbortSignal | undefined) =>
    new Promise<never>((_resolve, reject) => signal?.addEventListener("abort", () => reject(signal.reason as Error)));
  async function connect(): Promise<Connection<Options> | null> {
    if (!core.reachable) return null;
    const { promise, resolve } = Promise.withResolvers<void>();
    const entry = { end: resolve, closed: false };
    made.push(entry);
    return {
      async call(path, _input, { signal }) {
        const verb = path.join(".");
        seen.push(verb);
        return core.hangs || core.silent.has(verb) ? never(signal) : verb;
      },
      closed: promise,
      close() {
        entry.closed = true;
        resolve();
      },
    };
  }
  let opened = 0;
  let lost = 0;
  const link = new CoreLink<Options>({
    connect,
    ping: (connection, signal) => connection.call(["system", "health"], undefined, { signal }),
    onOpen: () => (opened += 1),
    onLost: () => (lost += 1),
    onRefused: async () => {},
    after: (ms, run) => clock.after(ms, run),
  });
  const settle = async (): Promise<void> => {
    for (let turn = 0; turn < 40; turn += 1) await Promise.resolve();
  };
  const pass = async (ms: number): Promise<void> => {
    for (let left = ms; left > 0; left -= 250) {
      clock.advance(Math.min(250, left));
      await settle();
    }
  };
  void link.keep();
  return { link, core, made, seen, settle, pass, state: () => ({ opened, lost }) };
}

const codeOf = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => value,
    (error: unknown) => (error as { code?: string }).code,
  );

describe("the link to the core", () => {
  it("lets reads wait for the core and fails orders at once, which nobody wants later", async () => {
    const { link, core, seen, pass } = bench({ reachable: false });
    const read = codeOf(link.call(["chats", "watch"], {}, {}));
    await pass(8_000);
    expect(await codeOf(link.call(["terminals", "write"], {}, {}))).toBe("CORE_AWAY");
    core.reachable = true;
    await pass(10_000);
    expect(await read).toBe("chats.watch");
    expect(seen).not.toContain("terminals.write");
  });

  it("counts a connection only once the core has answered on it", async () => {
    const { link, pass, state, made } = bench({ hangs: true });
    expect(await codeOf(link.call(["runs", "cancel"], {}, {}))).toBe("CORE_AWAY");
    await pass(5_000);
    expect(state().opened).toBe(0);
    expect(made[0]?.closed).toBe(true);
  });

  it("notices within 20 s that nobody answers any more, and fails what is under way", async () => {
    const { link, core, settle, pass, state, made } = bench();
    await settle();
    expect(state()).toEqual({ opened: 1, lost: 0 });
    core.hangs = true;
    const order = codeOf(link.call(["runs", "create"], {}, {}));
    await pass(16_000);
    expect(state().lost).toBe(1);
    expect(made[0]?.closed).toBe(true);
    expect(await order).toBe("CONNECTION_LOST");
    core.hangs = false;
    await pass(10_000);
    expect(state().opened).toBe(2);
  });

  it("looks at once when it is told to", async () => {
    const { link, core, settle, pass, state } = bench();
    await settle();
    core.hangs = true;
    link.look();
    await settle();
    await pass(5_000);
    expect(state().lost).toBe(1);
  });

  it("fails what is under way when the connection breaks", async () => {
    const { link, core, made, settle, state } = bench();
    await settle();
    core.silent.add("runs.create");
    const order = codeOf(link.call(["runs", "create"], {}, {}));
    await settle();
    made[0]?.end();
    await settle();
    expect(await order).toBe("CONNECTION_LOST");
    expect(state().lost).toBe(1);
  });

  it("gives no call for ever, though the core answers others", async () => {
    const { link, core, settle, pass, state } = bench();
    await settle();
    core.silent.add("runs.create");
    const order = codeOf(link.call(["runs", "create"], {}, {}));
    await pass(31_000);
    expect(await order).toBe("CALL_TIMED_OUT");
    expect(state().lost).toBe(0);
  });

  it("lets go of a read that is no longer wanted", async () => {
    const { link, core, pass, seen, made, settle } = bench();
    await settle();
    core.reachable = false;
    made[0]?.end();
    await settle();
    const abort = new AbortController();
    const read = codeOf(link.call(["chats", "timeline"], {}, { signal: abort.signal }));
    abort.abort();
    await read;
    core.reachable = true;
    await pass(10_000);
    expect(seen).not.toContain("chats.timeline");
  });
});
