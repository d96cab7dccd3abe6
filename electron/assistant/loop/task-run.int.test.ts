import { afterEach, beforeEach, expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import { AssistantBench, echoTool } from "../../testing/assistant-bench.ts";
import type { ModelReply } from "../../testing/model-server.ts";
import { until } from "../../testing/until.ts";
import { newTask } from "../tools/new-task.ts";

const task = "Count the files\nand say how many there are";
let bench: AssistantBench;
/** What is answered in the task, by its step. */
let inTask: (step: number) => ModelReply;
let mode: string | undefined;

beforeEach(async () => {
  mode = undefined;
  inTask = () => ({ text: ["Two files."] });
  bench = await AssistantBench.start(({ said, step }) => {
    if (said.startsWith("Count the files")) return inTask(step);
    return step === 0
      ? { toolCalls: [{ name: "new_task", args: { task, ...(mode ? { mode } : {}) } }] }
      : { text: ["There are two."] };
  });
  bench.tools = [echoTool("read_file"), echoTool("edit_file", { readsOnly: false, modes: ["code"], kind: "edit" }), newTask];
});
afterEach(() => bench.close());

const call = (name: string, path: string): ModelReply => ({ toolCalls: [{ name, args: { path } }] });
const cards = () => bench.updates.flatMap((update) => (update.type === "tool" ? [update.tool] : []));
const outputOf = (id: string) => cards().findLast((card) => card.id.endsWith(id))?.output;

it("has only what it is given, gives only its result back, and leaves the turn's own prompt as it was", async () => {
  inTask = (step) => (step === 0 ? call("read_file", "a.ts") : { text: ["Two files."] });
  const ended = await bench.turn("What is here? It is secret.");
  const [first, second, third, fourth] = bench.server.requests;
  expect(second?.transcript.map((text) => text.split("\n")[0])).toEqual([
    first?.transcript[0]?.split("\n")[0],
    "user: Count the files",
  ]);
  expect(second?.transcript[0]).toBe(first?.transcript[0]);
  expect(second?.raw).not.toContain("secret");
  expect(second?.tools).toEqual(first?.tools);
  expect(third?.transcript.at(-1)).toBe("tool: content of a.ts");
  expect(fourth?.transcript.slice(2)).toEqual([expect.stringMatching(/^assistant/), "tool: Two files."]);
  const before = first?.raw.slice(0, first.raw.lastIndexOf("]")) ?? "";
  expect(fourth?.raw.slice(0, before.length)).toBe(before);
  expect(bench.said("text")).toBe("There are two.");
  expect([...new Set(cards().map(({ id }) => id))]).toEqual(["c00000001", "c00000001.c00000001"]);
  expect(bench.transcripts.get("hearth/c00000001")?.join("\n")).toContain("Two files.");
  const inputs = bench.server.requests.map(({ raw }) => Math.ceil(raw.length / 4));
  expect(ended).toMatchObject({ ok: true, value: { usage: { input: inputs.reduce((sum, each) => sum + each, 0) } } });
});

it("may do no more than the turn, and begin no other", async () => {
  mode = "code";
  await bench.turn("go", { modeId: "ask" });
  expect(outputOf("c00000001")).toContain("a task can do no more");
  mode = undefined;
  inTask = (step) =>
    step === 0 ? call("edit_file", "a.ts") : step === 1 ? { toolCalls: [{ name: "new_task", args: { task } }] } : {};
  await bench.turn("go on", { modeId: "plan" });
  expect(outputOf(".c00000001")).toContain("isn't available in the mode plan");
  expect(outputOf(".c00000002")).toContain("can't begin another");
});

it("asks where it was begun, by its name", async () => {
  const ask = echoTool("read_file", {
    run: async (_, { host, callId, signal }) => {
      await host.requestPermission({ toolCallId: callId, title: "t", action: { kind: "other" }, options: [] }, signal);
      await host.ask({ kind: "question", message: "Which?" }, signal);
      return ok({ text: "asked" });
    },
  });
  bench.tools = [ask, newTask];
  inTask = (step) => (step === 0 ? call("read_file", "a.ts") : { text: ["Two files."] });
  await bench.turn("go");
  expect(bench.asked).toMatchObject([{ toolCallId: "c00000001.c00000001", asker: "Count the files" }]);
  expect(bench.questions).toMatchObject([{ message: "Which?", asker: "Count the files" }]);
});

it("ends with Stop, as the turn does", async () => {
  inTask = () => ({ text: ["I beg"], hang: true });
  const turn = bench.turn("go");
  const request = await bench.requested(2);
  await (await bench.open()).cancel();
  expect(await turn).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  await until(() => request.aborted, "the server to see it");
  expect(cards().at(-1)).toMatchObject({ id: "c00000001", status: "failed", failure: { code: "CANCELLED" } });
});

it("fails as a call, and the turn goes on", async () => {
  inTask = () => ({ status: 400 });
  expect(await bench.turn("go")).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(outputOf("c00000001")).toContain("The task failed: ");
});

it("uses up the limits of its turn, which pauses where they are reached", async () => {
  inTask = (step) => ({ ...call("read_file", `${step}.ts`), ...(step === 0 ? { text: ["Looking on."] } : {}) });
  const ended = await bench.turn("go", { limits: { calls: 4, requests: null, tokens: null } });
  expect(ended).toMatchObject({ ok: true, value: { reason: "paused", pause: { limit: "calls", count: 4 } } });
  expect(bench.server.requests).toHaveLength(4);
  const output = outputOf("c00000001") ?? "";
  expect(output).toContain("a limit of the turn is reached");
  // Its last step had calls alone.
  expect(output).toContain("Looking on.");
  expect(output).toContain('read_file {"path":"0.ts"}');
});
