import { ChildProcess } from "node:child_process";
import diagnostics from "node:diagnostics_channel";
import { writeFileSync } from "node:fs";
import type { IncomingMessage } from "node:http";
import { createRequire } from "node:module";
import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { Mark } from "./turn-spans.ts";

// Loaded into the core ahead of its own code (`node --import`): notes when something came from a client or from an agent
// and went there, when a program was started and how long that held the core, and when the store was written. Says all
// of it when the core ends.

const file = process.env["BENCH_MARKS"] ?? "";
const marks: Mark[] = [];
const now = (): number => performance.timeOrigin + performance.now();
const isWord = /agent_message_chunk|agent_thought_chunk|message\.part\.delta/;

type Emits = { push(chunk: unknown, encoding?: BufferEncoding): boolean };

/** Notes what comes and goes on one stream. */
function watch(stream: { in?: Emits | null; out?: Pick<Duplex, "write"> | null }, who: "client" | "agent"): void {
  const { in: source, out } = stream;
  if (source) {
    const push = source.push.bind(source);
    source.push = (chunk, encoding) => {
      if (chunk) marks.push({ kind: `${who}.in`, at: now() });
      if (chunk && who === "agent" && isWord.test(String(chunk))) marks.push({ kind: "word", at: now() });
      return push(chunk, encoding);
    };
  }
  if (!out) return;
  const write = out.write.bind(out) as (...args: unknown[]) => boolean;
  out.write = ((...args: unknown[]) => {
    marks.push({ kind: `${who}.out`, at: now() });
    return write(...args);
  }) as Duplex["write"];
}

/** What runs `work` for its callers notes how long it took. */
function timed<T>(kind: Mark["kind"], work: () => T): T {
  const at = now();
  try {
    return work();
  } finally {
    marks.push({ kind, at, ms: now() - at });
  }
}

const child = ChildProcess.prototype as unknown as { spawn: (this: ChildProcess, options: { file: string }) => number };
const { spawn } = child;
child.spawn = function spawnNoted(this: ChildProcess, options) {
  const isGit = /(^|\/)git$/.test(options.file);
  const started = timed(isGit ? "git" : "program", () => spawn.call(this, options));
  if (!isGit) watch({ in: this.stdout, out: this.stdin }, "agent");
  return started;
};

diagnostics.subscribe("net.server.socket", (message) => {
  const { socket } = message as { socket: Socket };
  watch({ in: socket, out: socket }, "client");
});
diagnostics.subscribe("http.client.request.start", () => void marks.push({ kind: "agent.out", at: now() }));
diagnostics.subscribe("http.client.response.finish", (message) => {
  const { response } = message as { response: IncomingMessage };
  watch({ in: response }, "agent");
});

type Transaction = { immediate(...args: unknown[]): unknown };
const store = createRequire(process.argv[1] ?? "")("better-sqlite3") as {
  prototype: { transaction: (this: unknown, work: unknown) => Transaction };
};
const { transaction } = store.prototype;
store.prototype.transaction = function transactionNoted(work) {
  const made = transaction.call(this, work);
  return Object.create(made, {
    immediate: {
      value: (...args: unknown[]) => timed("store", () => made.immediate(...args)),
    },
  }) as Transaction;
};

process.on("exit", () => writeFileSync(file, JSON.stringify(marks)));
