import { benchAgents, openAgentBench } from "./lib/agent-bench.ts";
import { startBareAgent } from "./lib/bare-agent.ts";
import { median, printMachine, printResult, printTimes } from "./lib/report.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 5);
const prompt = "say hello";

/** The second turn of a chat, beside what a one-shot call of the same agent takes: spawn, handshake, new session, turn. */
export async function run(): Promise<void> {
  printMachine("one-shot: prompt → first delta in a warm chat, and from nothing");
  for (const agentId of benchAgents) {
    const bench = await openAgentBench(agentId);
    try {
      await bench.turn(prompt);
      const warm: number[] = [];
      const cold: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        warm.push(await bench.turn(prompt));
        const begun = performance.now();
        const agent = await startBareAgent(bench.launch, bench.repo);
        const startMs = performance.now() - begun;
        const firstWordMs = await agent.turn(prompt);
        await agent.stop();
        cold.push(startMs + firstWordMs);
      }
      console.log(`${agentId}`);
      printTimes("warm turn through Hearth", warm);
      printTimes("one-shot", cold);
      printResult("one-shot ÷ warm", `${(median(cold) / median(warm)).toFixed(1)} ×`, agentId === "opencode" ? "≥ 9 ×" : "≥ 5 ×");
    } finally {
      await bench.close();
    }
  }
}
