import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { foldRun } from "../../shared/run-fold.ts";
import type { AgentUpdate } from "../../electron/agents/port.ts";
import { createRunBench } from "../../electron/testing/run-bench.ts";
import { until } from "../../electron/testing/until.ts";
import { printMachine, printResult } from "./lib/report.ts";

type ToolUpdate = Extract<AgentUpdate, { type: "tool" }>["tool"];
type Say = { tool: (update: ToolUpdate) => void; text: (text: string) => void };
type Work = { name: string; goal: string; told: (say: Say) => void };

const goal = "≤ 1.2 ×";
const work: readonly Work[] = [
  {
    name: "a bar of 60 KB redrawn 1,500 times",
    goal,
    told({ tool }) {
      tool({ id: "bar", kind: "execute", title: "wget", status: "in_progress" });
      for (let at = 0; at < 1_500; at += 1) tool({ id: "bar", output: `${"=".repeat(60_000)} ${at}\r` });
      tool({ id: "bar", status: "completed" });
    },
  },
  {
    name: "a write of 2.3 MB told 17 times",
    goal,
    told({ tool }) {
      const content = "line of code\n".repeat(180_000);
      const call = { id: "write", kind: "edit" as const, title: "Write", input: { path: "a", content } };
      const diff = [{ path: "a", oldText: null, newText: content }];
      for (let at = 0; at < 17; at += 1) tool({ ...call, diff, status: at < 16 ? "in_progress" : "completed" });
    },
  },
  {
    name: "an output that grows to 2 MB",
    goal,
    told({ tool }) {
      tool({ id: "build", kind: "execute", title: "make", status: "in_progress" });
      for (let at = 1; at <= 400; at += 1) tool({ id: "build", output: "compiling a file of the project\n".repeat(at * 160) });
      tool({ id: "build", status: "completed" });
    },
  },
  {
    name: "300 calls with an input and 2 KB of output",
    goal,
    told({ tool }) {
      for (let at = 0; at < 300; at += 1) {
        const call = { id: `c${at}`, kind: "read" as const, title: `Read file-${at}.ts`, input: { path: `src/file-${at}.ts` } };
        tool({ ...call, status: "pending" });
        tool({ ...call, status: "in_progress" });
        tool({ ...call, status: "completed", output: "x".repeat(2_000) });
      }
    },
  },
  {
    name: "20,000 words streamed, 100 a second",
    goal: "(50 ms of text an event)",
    told({ text }) {
      for (let at = 0; at < 20_000; at += 1) text("some words ");
    },
  },
];

/** What a run's log weighs, beside the timeline that it folds to; the clock moves by hand, so that each telling has its time. */
export async function run(): Promise<void> {
  printMachine("log-growth: bytes of a run's events ÷ bytes of its timeline");
  for (const { name, goal: wanted, told } of work) {
    const bench = createRunBench(mkdtempSync(path.join(tmpdir(), "hearth-bench-")));
    const made = await bench.start("chat-1");
    const { host, end } = await until(() => bench.backend.turns[0]);
    told({
      tool: (tool) => (host.onUpdate({ type: "tool", tool }), bench.clock.advance(20)),
      text: (text) => (host.onUpdate({ type: "text", text }), bench.clock.advance(10)),
    });
    end();
    await until(() => bench.runRepository.find(made.id)?.status === "completed");
    const events = bench.events(made.id);
    const logged = events.reduce((sum, { payload }) => sum + JSON.stringify(payload).length, 0);
    const shown = JSON.stringify(foldRun(made.id, events)).length;
    printResult(
      name,
      `${(logged / shown).toFixed(2)} ×`,
      `${wanted}; ${Math.round(logged / 1024)} KB of ${Math.round(shown / 1024)} KB`,
    );
    bench.runs.dispose();
    bench.store.close();
  }
}
