import { monitorEventLoopDelay } from "node:perf_hooks";
import { readTurns } from "../../electron/runs/read-turns.ts";
import { createRunBench } from "../../electron/testing/run-bench-parts.ts";
import { until } from "../../electron/testing/until.ts";
import { median, printMachine, printResult, printTimes, timed } from "./lib/report.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const sizes = [1_000, 10_000];

/**
 * Reading a chat whose one run has thousands of messages and calls: in proportion to its events, beside reading the rows
 * alone, and how long the core's loop is held up meanwhile.
 */
export async function run(): Promise<void> {
  printMachine("open-chat: one run of n messages, half of them tool calls, 200 bytes each");
  const perMessage: number[] = [];
  for (const size of sizes) {
    const { bench, runId } = await longRun(size);
    const reader = { events: bench.records, openCalls: () => [] };
    const whole: number[] = [];
    const rows: number[] = [];
    const longest: number[] = [];
    for (let round = 0; round < rounds; round += 1) {
      rows.push(await timed(() => bench.runRepository.readRun(runId, 0, Number.MAX_SAFE_INTEGER)));
      const delay = monitorEventLoopDelay({ resolution: 1 });
      delay.enable();
      whole.push(await timed(() => readTurns(reader, "chat-1", 20)));
      delay.disable();
      longest.push(delay.max / 1e6);
    }
    printTimes(`${size.toLocaleString("en")} messages: the chat's last turns`, whole);
    printTimes("  the rows alone", rows);
    printResult("  turns ÷ rows", (median(whole) / median(rows)).toFixed(2), "≤ 2");
    printTimes("  core's loop held up, longest (goal ≤ 50)", longest);
    perMessage.push(median(whole) / size);
    bench.runs.dispose();
    bench.store.close();
  }
  printResult("time a message, 10,000 ÷ 1,000", ((perMessage[1] ?? 0) / (perMessage[0] ?? 1)).toFixed(2), "about 1: linear");
}

async function longRun(size: number) {
  const bench = createRunBench();
  const made = await bench.start("chat-1");
  const { host, end } = await until(() => bench.backend.turns[0]);
  for (let at = 0; at < size; at += 1) {
    if (at % 2 === 0) host.onUpdate({ type: "text", text: "x".repeat(200), messageId: `m${at}` });
    else
      host.onUpdate({
        type: "tool",
        tool: { id: `c${at}`, kind: "read", title: "Read", status: "completed", output: "y".repeat(200) },
      });
    if (at % 20 === 0) bench.clock.advance(60);
  }
  end();
  await until(() => bench.runRepository.find(made.id)?.status === "completed");
  return { bench, runId: made.id };
}
