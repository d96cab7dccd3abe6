import { afterEach, expect, it } from "vitest";
import { noLimits } from "../../../shared/turn-limits.ts";
import { AssistantBench, echoTool } from "../../testing/assistant-bench.ts";

let bench: AssistantBench;
afterEach(() => bench.close());

const window = 8192;
const files = Array.from({ length: 25 }, (_, at) => `src/module-${at}.ts`);
const long = "A line of the file that is read, as long as lines are.\n".repeat(40);

type Body = { messages: { role: string; content: string | null; tool_calls?: { id: string }[]; tool_call_id?: string }[] };

async function start(reply: (at: number) => { name: string; path: string } | null): Promise<void> {
  let at = -1;
  bench = await AssistantBench.start(() => {
    at += 1;
    const call = reply(at);
    return call ? { toolCalls: [{ name: call.name, args: { path: call.path } }] } : { text: ["All is done."] };
  });
  bench.window = window;
  bench.tools = [
    echoTool("read_file", { run: async () => ({ ok: true, value: { text: long } }) }),
    echoTool("edit_file", { readsOnly: false, modes: ["code"], kind: "edit" }),
  ];
}

it("ends a task of 200 calls in a window of 8 K, with nothing of the ledger lost", async () => {
  await start((at) =>
    at < 200 ? { name: at % 2 === 0 ? "read_file" : "edit_file", path: files[Math.floor(at / 2) % 25] ?? "" } : null,
  );
  const limits = { ...noLimits, calls: 100 };
  let ended = await bench.turn("Change every module as the task says", { limits });
  for (let turns = 1; turns < 4 && ended.ok && ended.value.reason === "paused"; turns += 1) ended = await bench.goOn({ limits });
  expect(ended).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(bench.said("text")).toBe("All is done.");
  expect(bench.questions).toEqual([]);
  expect(bench.updates.filter(({ type }) => type === "compacted").length).toBeGreaterThan(3);
  const bodies = bench.server.requests.map(({ raw }) => JSON.parse(raw) as Body);
  for (const { messages } of bodies) {
    const calls = messages.flatMap((message) => message.tool_calls?.map(({ id }) => id) ?? []);
    expect(messages.flatMap(({ tool_call_id: id }) => (id === undefined ? [] : [id]))).toEqual(calls);
    expect(JSON.stringify(messages).length / 4).toBeLessThan(window);
  }
  const last = JSON.stringify(bodies.at(-1)?.messages.find(({ role }) => role === "user"));
  expect(last).toContain("Change every module as the task says");
  for (const file of files) expect(last).toContain(file);
});

it("sends the same after a restart as it would have without", async () => {
  await start((at) => (at < 30 ? { name: "read_file", path: files[at % 25] ?? "" } : null));
  bench.answer = { kind: "answered", content: { answer: "go-on" } };
  await bench.turn("Read them all");
  const before = bench.server.requests.at(-1)?.raw ?? "";
  await bench.restart();
  await bench.turn("And now?");
  const after = bench.server.requests.at(-1)?.raw ?? "";
  const upToMessages = before.slice(0, before.lastIndexOf("]"));
  expect(after.slice(0, upToMessages.length)).toBe(upToMessages);
});

it("asks the person once it was shortened twice and nothing was changed", async () => {
  await start((at) => ({ name: "read_file", path: files[at % 25] ?? "" }));
  const ended = await bench.turn("Read and read");
  expect(bench.questions.map(({ message }) => message)).toEqual([
    "The conversation was shortened twice, and nothing was changed in between. Go on?",
  ]);
  expect(ended).toMatchObject({ ok: false, error: { type: "failed" } });
});
