import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { readTurns, type TurnReader } from "../../electron/runs/read-turns.ts";
import { createRunBench } from "../../electron/testing/run-bench.ts";
import { until } from "../../electron/testing/until.ts";
import { median, printMachine, printResult, printTimes, timed } from "./lib/report.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const sizes = [1_000, 10_000];
const messageChars = 5_000;

/**
 * A chat whose one run has thousands of messages and calls: its last page, which is what opening it costs, and all of its
 * pages, beside reading the rows alone. And how long the core's loop is held up meanwhile.
 */
export async function run(): Promise<void> {
  printMachine(`open-chat: one run of n messages, half of them tool calls, ${messageChars} bytes each`);
  const ofLastPage: number[] = [];
  for (const size of sizes) {
    const { bench, runId } = await longRun(size);
    const reader = { events: bench.records, openCalls: () => [] };
    const [last, all, rows, longest]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let round = 0; round < rounds; round += 1) {
      rows.push(await timed(() => bench.runRepository.readRun(runId, 0, Number.MAX_SAFE_INTEGER)));
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      last.push(await timed(() => readTurns(reader, "chat-1", 20)));
      all.push(await timed(() => readAll(reader)));
      delay.disable();
      longest.push(delay.max / 1e6);
    }
    printTimes(`${size.toLocaleString("en")} messages: the last page`, last);
    printTimes("  all pages", all);
    printTimes("  the rows alone", rows);
    printResult("  all pages ÷ rows", (median(all) / median(rows)).toFixed(2), "≤ 2");
    printTimes("  core's loop held up, longest (goal ≤ 50)", longest);
    ofLastPage.push(median(last));
    bench.runs.dispose();
    bench.store.close();
  }
  printResult(
    "last page, 10,000 ÷ 1,000",
    ((ofLastPage[1] ?? 0) / (ofLastPage[0] ?? 1)).toFixed(2),
    "about 1; more where SQLite reads from the disk",
  );
}

async function readAll(reader: TurnReader): Promise<void> {
  let before: { runId: string; seq: number } | undefined;
  for (;;) {
    const { turns, more } = await readTurns(reader, "chat-1", 20, { before });
    const [first] = turns;
    if (!more || !first) return;
    before = { runId: first.run.id, seq: first.timeline.firstSeq };
  }
}

async function longRun(size: number) {
  const bench = createRunBench(mkdtempSync(path.join(tmpdir(), "hearth-bench-")));
  const made = await bench.start("chat-1");
  const { host, end } = await until(() => bench.backend.turns[0]);
  for (let at = 0; at < size; at += 1) {
    if (at % 2 === 0) host.onUpdate({ type: "text", text: "x".repeat(messageChars), messageId: `m${at}` });
    else
      host.onUpdate({
        type: "tool",
        tool: { id: `c${at}`, kind: "read", title: "Read", status: "completed", output: "y".repeat(messageChars) },
      });
    if (at % 20 === 0) bench.clock.advance(60);
  }
  end();
  await until(() => bench.runRepository.find(made.id)?.status === "completed");
  return { bench, runId: made.id };
}
