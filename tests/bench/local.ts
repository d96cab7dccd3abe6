import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { jsonSchema, streamText, tool } from "ai";
import { isCompact, systemPrompt } from "../../electron/assistant/prompt/system-prompt.ts";
import { wireTools } from "../../electron/assistant/loop/wire-tools.ts";
import { about } from "../../electron/assistant/conversation/tokens.ts";
import { inputSchema } from "../../electron/assistant/tools/input/input-shape.ts";
import { allTools } from "../../electron/assistant/tools/all-tools.ts";
import { systemClock } from "../../electron/lib/clock.ts";
import type { WireTool } from "../../electron/assistant/wire/model-client.ts";
import { AssistantBench, echoTool } from "../../electron/testing/assistant-bench.ts";
import { median, printMachine, printResult, printTimes } from "./lib/report.ts";

const words = Array.from({ length: 40 }, (_, at) => `word ${at} `);

/** Hearth's own agent on a scripted server: what it adds to a bare call, and what a prefix cache would serve. */
export async function run(): Promise<void> {
  printMachine("local: Hearth's own agent beside the bare call of the AI SDK; prompt → end of a turn of 40 pieces");
  await overhead("a server that takes no time", 50, 0);
  await overhead("one that writes 100 tokens/s", 12, 10);
  await prefix();
  sizes();
}

async function overhead(name: string, turns: number, delayMs: number): Promise<void> {
  const bench = await AssistantBench.start(() => ({ text: words, delayMs }));
  const bare = bareChat(bench);
  const times = { bare: [] as number[], hearth: [] as number[] };
  const unmeasured = 5;
  for (let turn = 0; turn < turns + unmeasured; turn += 1) {
    // One after the other, each first in turn: the machine is never the same twice.
    const work = [
      { of: times.bare, go: () => bare(`turn ${turn}`) },
      { of: times.hearth, go: () => bench.turn(`turn ${turn}`) },
    ];
    for (const { of, go } of turn % 2 === 0 ? work : work.toReversed()) {
      const began = performance.now();
      await go();
      if (turn >= unmeasured) of.push(performance.now() - began);
    }
  }
  await bench.close();
  printTimes(`bare call, ${name}`, times.bare);
  printTimes("  turn", times.hearth);
  printResult("  turn ÷ bare call", `${(median(times.hearth) / median(times.bare)).toFixed(2)} ×`, "≤ 1.05 ×");
  printResult("  turn − bare call", `${(median(times.hearth) - median(times.bare)).toFixed(1)} ms`, "≤ 5 ms");
}

/** The same conversation with the same tools, by the library alone. */
function bareChat({ server, tools }: AssistantBench): (prompt: string) => Promise<void> {
  const provider = createOpenAICompatible({ name: "bare", baseURL: server.url, includeUsage: true });
  const offered = Object.fromEntries(
    tools.map((each) => [each.name, tool({ description: each.description, inputSchema: jsonSchema(inputSchema(each)) })]),
  );
  const history: { role: "user" | "assistant"; content: string }[] = [];
  return async (prompt) => {
    history.push({ role: "user", content: prompt });
    const result = streamText({
      model: provider.chatModel("scripted-1"),
      instructions: systemPrompt(false, []),
      messages: history,
      tools: offered,
    });
    let text = "";
    for await (const part of result.textStream) text += part;
    if (text !== words.join("")) throw new Error("The bare call got another answer");
    history.push({ role: "assistant", content: text });
  };
}

async function prefix(): Promise<void> {
  let request = 0;
  const bench = await AssistantBench.start(() => {
    request += 1;
    const path = `src/file-${request}.ts`;
    return request % 6 === 0 ? { text: ["Done."] } : { toolCalls: [{ name: "read_file", args: { path } }] };
  });
  bench.tools = [echoTool("read_file", { run: async () => ({ ok: true, value: { text: "a line of a file\n".repeat(30) } }) })];
  for (const modeId of ["code", "ask", "code", "plan", "code", "code"]) await bench.turn("Go on with the work", { modeId });
  await bench.restart();
  await bench.turn("And after a restart", { modeId: "code" });
  const bodies = bench.server.requests.map(({ raw }) => raw);
  await bench.close();
  const firstOfTurnTwo = 6;
  const later = bodies.slice(firstOfTurnTwo).map((body, at) => {
    const before = bodies[firstOfTurnTwo + at - 1] ?? "";
    return { served: commonStart(before, body), known: before.lastIndexOf("]"), all: body.length };
  });
  const sum = (pick: (each: (typeof later)[number]) => number): number => later.reduce((total, each) => total + pick(each), 0);
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
  printResult(
    "of a request, served by a prefix cache",
    percent(
      sum(({ served }) => served),
      sum(({ all }) => all),
    ),
    "≥ 95 %",
  );
  printResult(
    "of the request before, served",
    percent(
      sum(({ served }) => served),
      sum(({ known }) => known),
    ),
    "100 %",
  );
}

function commonStart(a: string, b: string): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** As a request has them. */
const onTheWire = (tools: readonly WireTool[]): unknown[] =>
  tools.map(({ name, description, schema }) => ({ type: "function", function: { name, description, parameters: schema } }));

const unused = (): Promise<never> => Promise.reject(new Error("Tools are only described here"));
const noGit = { run: unused, start: unused };

function sizes(): void {
  const network = { resolve: async () => [], isAllowed: () => false };
  const outlines = { outlineOf: unused };
  const tabs = { list: () => [], read: unused };
  const web = { network, pageReader: { command: "", args: [] }, searchUrl: () => null };
  const tools = allTools({ git: noGit, clock: systemClock, outlines, tabs, web, otherWords: unused });
  for (const [name, window, goal] of [
    ["32 K and more", 32_768, 3000],
    ["up to 16 K", 8192, 1500],
  ] as const) {
    const short = isCompact(window);
    const system = about(systemPrompt(short, []).length);
    const offered = about(JSON.stringify(onTheWire(wireTools(tools, short))).length);
    printResult(`tokens of system and tools, ${name}`, `${system} + ${offered}`, `≤ ${goal}`);
  }
  printResult("memory of this process", `${Math.round(process.memoryUsage().rss / 2 ** 20)} MB`, "beside nothing");
}
