import { AgentDesk } from "./lib/agent-desk.ts";
import { AgentPlace, subjectsOf } from "./lib/agent-place.ts";
import { memoryOf, openHandles } from "./lib/memory.ts";
import { printColumns, printMachine, type Column } from "./lib/report.ts";

const cycles = Number(process.env["BENCH_CYCLES"] ?? 500);
const parts = 5;

/** A chat is opened with its agent's session, and closed, again and again: handles and memory of the core and of the agent. */
export async function run(names: readonly string[]): Promise<void> {
  printMachine(`open-close: ${cycles} chats opened and closed one after the other`);
  for (const subject of subjectsOf(names)) {
    const place = await AgentPlace.open(subject);
    try {
      await measure(place);
    } finally {
      await place.close();
    }
  }
}

async function measure(place: AgentPlace): Promise<void> {
  const desk = await AgentDesk.open(place);
  try {
    // It stays open, so that the agent does.
    const first = await desk.newChat({ ahead: true });
    await first.turn("say hello");
    const columns: Column[] = [];
    for (let part = 0; part <= parts; part += 1) {
      // The first are for what is loaded once.
      const count = part === 0 ? Math.ceil(cycles / 10) : cycles / parts;
      const begun = performance.now();
      for (let cycle = 0; cycle < count; cycle += 1) await desk.openAndClose(first);
      const each = (performance.now() - begun) / count;
      const pids = await desk.agentPids();
      columns.push({
        name: part === 0 ? "warmed up" : `after ${(part * cycles) / parts}`,
        cells: {
          "one cycle": `${each.toFixed(0)} ms`,
          "core's handles": String(openHandles(desk.pid)),
          "agent's handles": pids.map(openHandles).join(", "),
          "memory, Hearth and agent": `${Math.round(memoryOf(desk.pid))} MB`,
        },
      });
    }
    console.log(place.subject.name);
    printColumns(columns);
  } finally {
    await desk.close();
  }
}
