import { setTimeout as wait } from "node:timers/promises";
import type { Lane } from "./process-lane.ts";
import { reap, runToEnd, type ProcessIdentity, type RunOutcome, type RunProgram } from "./process.ts";

/**
 * Runs bounded programs from a helper beside the core, so that starting one doesn't stop the core. Owns the helper from
 * `warm` until `dispose`. Without one, before or after or when it can't be had, programs are started from here.
 */
export type ProcessRunner = {
  /** Same in both places. Where the helper goes under it, the program is ended and the outcome is `spawn-failed`. */
  run: RunProgram;
  /** Starts the helper if there is none; answers whether it is ready. */
  warm(): Promise<boolean>;
  /** A program that still runs after a second goes on to its end unheard, as its helper does. */
  dispose(): Promise<void>;
};

type Waiting = { resolve(outcome: RunOutcome): void; identity: ProcessIdentity | null };

const maxCrashes = 3;
const endLimitMs = 1000;

export function createProcessRunner(deps: { openLane(): Lane; onCrash(): void }): ProcessRunner {
  const waiting = new Map<number, Waiting>();
  let lane: Lane | null = null;
  let ready: Promise<boolean> | null = null;
  let isReady = false;
  let lastId = 0;
  let crashes = 0;
  let disposed = false;

  function open(): Promise<boolean> {
    const opened = deps.openLane();
    lane = opened;
    return new Promise((resolve) => {
      opened.onReport((report) => {
        if (report.type === "ready") resolve((isReady = !disposed));
        else if (report.type === "started") setIdentity(report.id, report.identity);
        else settle(report.id, withBuffers(report.outcome));
      });
      void opened.gone.then(async () => {
        isReady = false;
        lane = null;
        resolve(false);
        if (disposed) return;
        onGone();
        await failWaiting();
      });
    });
  }

  function onGone(): void {
    crashes += 1;
    ready = null;
    deps.onCrash();
  }

  /** Their helper is gone; nobody reads what they say, and whoever waits may try again at once: they must not go on. */
  async function failWaiting(): Promise<void> {
    const left = [...waiting];
    waiting.clear();
    await Promise.all(
      left.map(async ([, { resolve, identity }]) => {
        if (identity) await reap(identity);
        resolve({ ok: false, error: { type: "spawn-failed", message: "The helper that ran the program has ended" } });
      }),
    );
  }

  function setIdentity(id: number, identity: ProcessIdentity): void {
    const one = waiting.get(id);
    if (one) one.identity = identity;
  }

  function settle(id: number, outcome: RunOutcome): void {
    waiting.get(id)?.resolve(outcome);
    waiting.delete(id);
  }

  const warm = (): Promise<boolean> => {
    if (disposed || (crashes >= maxCrashes && !isReady)) return Promise.resolve(false);
    ready ??= open();
    return ready;
  };

  return {
    run({ signal, ...options }) {
      if (signal?.aborted) return Promise.resolve({ ok: false, error: { type: "cancelled", message: "Cancelled" } });
      const to = lane;
      if (!to || !isReady) {
        if (crashes > 0) void warm();
        return runToEnd(signal ? { ...options, signal } : options);
      }
      lastId += 1;
      const id = lastId;
      const onAbort = (): void => to.post({ type: "cancel", id });
      signal?.addEventListener("abort", onAbort, { once: true });
      const outcome = new Promise<RunOutcome>((resolve) => waiting.set(id, { resolve, identity: null }));
      to.post({ type: "run", id, options });
      return outcome.finally(() => signal?.removeEventListener("abort", onAbort));
    },
    warm,
    async dispose() {
      disposed = true;
      isReady = false;
      const ending = lane;
      if (!ending) return;
      ending.post({ type: "end" });
      const limit = new AbortController();
      await Promise.race([ending.gone, wait(endLimitMs, undefined, { signal: limit.signal }).catch(() => {})]);
      limit.abort();
      ending.letGo();
    },
  };
}

/** A thread's Buffers arrive as plain bytes. */
function withBuffers(outcome: RunOutcome): RunOutcome {
  if (!outcome.ok) return outcome;
  const { stdout, stderr } = outcome.value;
  return { ok: true, value: { ...outcome.value, stdout: asBuffer(stdout), stderr: asBuffer(stderr) } };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
