import { benchAgents, openAgentBench } from "./lib/agent-bench.ts";
import { startBareAgent } from "./lib/bare-agent.ts";
import { median, printMachine, printResult, printTimes } from "./lib/report.ts";

const rounds = Number(process.env["BENCH_ROUNDS"] ?? 15);
const prompt = "say hello";

/** Prompt call → first word at a client that watches the chat, beside the same agent driven by the bare protocol; in turns. */
export async function run(): Promise<void> {
  printMachine("warm turn: prompt call → first delta at a subscribed client");
  for (const agentId of wantedAgents()) {
    const bench = await openAgentBench(agentId);
    const bare = await startBareAgent(bench.launch, bench.repo);
    try {
      for (let warmUp = 0; warmUp < 3; warmUp += 1) {
        await bench.turn(prompt);
        await bare.turn(prompt);
      }
      const through: number[] = [];
      const alone: number[] = [];
      for (let round = 0; round < rounds; round += 1) {
        through.push(await bench.turn(prompt));
        alone.push(await bare.turn(prompt));
      }
      console.log(`${agentId}`);
      printTimes("through Hearth", through);
      printTimes("bare ACP client", alone);
      const more = median(through) - median(alone);
      printResult("Hearth ÷ bare", `${(median(through) / median(alone)).toFixed(2)} ×`, "≤ 1.05 ×");
      printResult("Hearth − bare", `${more.toFixed(1)} ms`, "≤ +5 ms");
    } finally {
      await bare.stop();
      await bench.close();
    }
  }
}

function wantedAgents(): readonly string[] {
  const only = process.env["BENCH_AGENT"];
  return only === undefined ? benchAgents : [only];
}
