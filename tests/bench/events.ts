import Database from "better-sqlite3";
import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import { createRouterClient } from "@orpc/server";
import { openCore } from "../../electron/core.ts";
import { serve } from "../../electron/host/serve.ts";
import { systemClock } from "../../electron/lib/clock.ts";
import { ownPrograms } from "../../electron/testing/own-programs.ts";
import { until } from "../../electron/testing/until.ts";
import { createWorkPlace } from "../kit/work-place.ts";
import { median, printMachine, printResult, printTimes, timed } from "./lib/report.ts";
import { updateLine } from "./lib/update-lines.ts";

const lineCount = Number(process.env["BENCH_EVENTS"] ?? 100_000);
const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const readerCount = 3;

/**
 * An agent's lines through the core in this process: decoded, committed, and at three readers on WebSockets in another
 * thread; beside parsing the same lines and inserting the same rows in one transaction.
 */
export async function run(): Promise<void> {
  printMachine(`events: ${lineCount.toLocaleString("en")} lines of an agent → committed → at ${readerCount} readers`);
  const place = await createWorkPlace();
  const config = path.join(place.root, "config");
  mkdirSync(config, { recursive: true });
  const agent = { command: process.execPath, args: [path.join(import.meta.dirname, "lib/flooding-agent.ts"), String(lineCount)] };
  writeFileSync(path.join(config, "agents.json"), JSON.stringify({ flood: agent }));
  const opened = await openCore({
    dataDir: place.data,
    configDir: config,
    host: "serve",
    version: "bench",
    programs: ownPrograms,
    env: place.hostEnv,
  });
  if (!opened.ok) throw new Error(opened.error.message);
  const core = opened.value;
  const host = await serve({
    core,
    dataDir: place.data,
    pageFolder: place.root,
    version: "bench",
    port: 0,
    clock: systemClock,
    lasting: true,
  });
  if (!host.ok) throw new Error(host.error.message);
  const rpc = createRouterClient(core.router, { context: {} });

  const project = await rpc.projects.add({ path: place.repo });
  await rpc.projects.trust({ id: project.id });
  const session = await rpc.sessions.create({ projectId: project.id, workingCopy: "worktree" });
  const chat = await rpc.chats.create({ sessionId: session.id });
  await until(async () => (await rpc.agents.list()).some(({ id, status }) => id === "flood" && status === "ready"), "the agent");
  const readers = await startReaders({
    url: host.value.server.url,
    token: host.value.token,
    chatId: chat.id,
    count: readerCount,
  });

  const flood = async (): Promise<{ ms: number; runId: string; events: number }> => {
    const begun = performance.now();
    const created = await rpc.runs.create({ chatId: chat.id, agentId: "flood", prompt: "go" });
    const events = await readers.all(created.id);
    return { ms: performance.now() - begun, runId: created.id, events };
  };
  await flood();
  const through: number[] = [];
  const reference: number[] = [];
  const p99: number[] = [];
  const longest: number[] = [];
  const lines = Array.from({ length: lineCount }, (_, at) => updateLine(at));
  for (let round = 0; round < rounds; round += 1) {
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const { ms, runId, events } = await flood();
    delay.disable();
    p99.push(delay.percentile(99) / 1e6);
    longest.push(delay.max / 1e6);
    through.push((events / ms) * 1000);
    const rows = readRows(path.join(place.data, "hearth.db"), runId);
    const insertMs = await timed(() => parseAndInsert(path.join(place.root, `reference-${round}.db`), lines, rows));
    reference.push((rows.length / insertMs) * 1000);
  }
  printTimes("through Hearth", through, "events/s");
  printTimes("JSON.parse + one batch insert", reference, "events/s");
  printResult("Hearth ÷ reference", (median(through) / median(reference)).toFixed(2), "≥ 0.5");
  printResult("Hearth", Math.round(median(through)).toLocaleString("en"), "≥ 50,000 events/s");
  printTimes("core's loop held up, p99", p99);
  printTimes("core's loop held up, longest (goal ≤ 50)", longest);
  await readers.stop();
  await host.value.stop();
  place.dispose();
}

type Row = {
  run_id: string;
  chat_id: string;
  seq: number;
  type: string;
  at: number;
  payload: string;
  diagnostics: string | null;
};

function readRows(file: string, runId: string): Row[] {
  const database = new Database(file, { readonly: true });
  const rows = database
    .prepare<[string], Row>(
      "SELECT run_id, chat_id, seq, type, at, payload, diagnostics FROM run_events WHERE run_id = ? ORDER BY seq",
    )
    .all(runId);
  database.close();
  return rows;
}

function parseAndInsert(file: string, lines: readonly string[], rows: readonly Row[]): void {
  const database = new Database(file);
  database.pragma("journal_mode = WAL");
  database.pragma("synchronous = NORMAL");
  database.exec(`CREATE TABLE run_events (cursor INTEGER PRIMARY KEY AUTOINCREMENT, run_id TEXT NOT NULL, chat_id TEXT NOT NULL, seq INTEGER NOT NULL,
    type TEXT NOT NULL, at INTEGER NOT NULL, payload TEXT NOT NULL, diagnostics TEXT, UNIQUE (run_id, seq)) STRICT;
    CREATE INDEX run_events_by_chat ON run_events(chat_id, cursor);`);
  for (const line of lines) JSON.parse(line);
  const insert = database.prepare(
    "INSERT INTO run_events (run_id, chat_id, seq, type, at, payload, diagnostics) VALUES (?, ?, ?, ?, ?, ?, ?)",
  );
  database.transaction(() => {
    for (const row of rows) insert.run(row.run_id, row.chat_id, row.seq, row.type, row.at, row.payload, row.diagnostics);
  })();
  database.close();
}

async function startReaders(data: { url: string; token: string; chatId: string; count: number }) {
  const worker = new Worker(path.join(import.meta.dirname, "lib/readers.ts"), { workerData: data });
  const finished = new Map<string, number>();
  let ready = false;
  let wake = (): void => {};
  worker.on("message", (message: { type: string; runId?: string; events?: number }) => {
    if (message.type === "ready") ready = true;
    if (message.type === "overflow") throw new Error("A reader fell behind and was thrown out");
    if (message.type === "all" && message.runId !== undefined) finished.set(message.runId, message.events ?? 0);
    wake();
  });
  await until(() => ready, "the readers");
  return {
    /** How many events each reader has of the run, once all have its end. */
    async all(runId: string): Promise<number> {
      while (!finished.has(runId)) await new Promise<void>((resolve) => (wake = resolve));
      return finished.get(runId) ?? 0;
    },
    stop: () => worker.terminate(),
  };
}
