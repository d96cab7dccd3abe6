import { afterEach, expect, it } from "vitest";
import { ok } from "../../shared/result.ts";
import { AssistantBench, echoTool } from "../testing/assistant-bench.ts";
import type { ModelReply } from "../testing/model-server.ts";
import { until } from "../testing/until.ts";

let bench: AssistantBench;
afterEach(() => bench.close());

const read = (path: string): NonNullable<ModelReply["toolCalls"]>[number] => ({ name: "read_file", args: { path } });

/** The messages' part of a body, without the bracket that closes it. */
function upToMessages(raw: string): string {
  const end = raw.lastIndexOf("]");
  return raw.slice(0, end);
}

it("streams an answer, and tells usage, model and window", async () => {
  bench = await AssistantBench.start(() => ({ reasoning: ["Let me see."], text: ["Hello", " there."] }));
  const ended = await bench.turn("hi");
  expect(ended).toMatchObject({ ok: true, value: { reason: "done", usage: { output: 5, contextSize: 32_000 } } });
  expect([bench.said("text"), bench.said("reasoning")]).toEqual(["Hello there.", "Let me see."]);
  expect(bench.updates).toContainEqual({ type: "model", modelId: "bench/scripted-1" });
});

it("runs the calls of a reply, and goes on until there is none", async () => {
  bench = await AssistantBench.start(({ step }) =>
    step === 0 ? { toolCalls: [read("a.ts"), read("b.ts")] } : { text: ["Both read."] },
  );
  await bench.turn("read both");
  expect(bench.said("text")).toBe("Both read.");
  const { transcript } = await bench.requested(2);
  expect(transcript.slice(-2)).toEqual(["tool: content of a.ts", "tool: content of b.ts"]);
  const statuses = bench.updates.flatMap((update) => (update.type === "tool" ? [update.tool.status] : []));
  expect(statuses.filter((status) => status === "completed")).toHaveLength(2);
});

it("sends requests that begin with the bytes of the one before: over modes, a stop, a crash and a restart", async () => {
  bench = await AssistantBench.start(({ step }) => (step === 0 ? { toolCalls: [read("a.ts")] } : { text: ["Done."] }));
  bench.tools = [echoTool("read_file"), echoTool("edit_file", { readsOnly: false, modes: ["code"], kind: "edit" })];
  await bench.turn("one", { modeId: "code" });
  await bench.turn("two", { modeId: "ask" });
  bench.script(() => ({ text: ["Half an ans"], hang: true }));
  const stopped = bench.turn("three", { modeId: "plan" });
  await until(() => bench.said("text").includes("Half an ans"), "the beginning of the answer");
  await (await bench.open()).cancel();
  await stopped;
  bench.script(({ step }) => (step === 0 ? { toolCalls: [read("a.ts")] } : { text: ["Done."] }));
  await bench.restart();
  await bench.turn("four", { modeId: "code" });
  // The last answer had not reached the disk.
  bench.crash(1);
  await bench.turn("five");
  const bodies = bench.server.requests.map(({ raw }) => raw);
  expect(bodies.length).toBeGreaterThan(8);
  for (const [at, body] of bodies.slice(1).entries()) {
    const before = upToMessages(bodies[at] ?? "");
    expect(body.slice(0, before.length)).toBe(before);
  }
});

it("ends the request with Stop, and keeps what was said", async () => {
  bench = await AssistantBench.start(() => ({ text: ["I begin"], hang: true }));
  const turn = bench.turn("go");
  await until(() => bench.said("text") === "I begin", "the first words");
  const request = await bench.requested(1);
  await (await bench.open()).cancel();
  expect(await turn).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  await until(() => request.aborted, "the server to see it");
  bench.script(() => ({ text: ["On."] }));
  await bench.turn("go on");
  expect((await bench.requested(2)).transcript).toContain("assistant: I begin");
});

it("gives a call a result that Hearth's own end cut off", async () => {
  bench = await AssistantBench.start(({ step }) => (step === 0 ? { toolCalls: [read("a.ts")] } : { text: ["Done."] }));
  await bench.turn("go");
  bench.crash(2);
  bench.script(() => ({ text: ["On."] }));
  await bench.turn("go on");
  const { transcript } = await bench.requested(3);
  expect(transcript.slice(-2)).toEqual([expect.stringContaining("Hearth was closed"), expect.stringContaining("go on")]);
});

it("gives each call a result when Stop comes while a tool runs", async () => {
  bench = await AssistantBench.start(({ step }) => (step === 0 ? { toolCalls: [read("slow")] } : { text: ["Fine."] }));
  const begun = Promise.withResolvers<void>();
  bench.tools = [
    echoTool("read_file", {
      run: () => {
        begun.resolve();
        return new Promise(() => {});
      },
    }),
  ];
  const turn = bench.turn("go");
  await begun.promise;
  await (await bench.open()).cancel();
  expect(await turn).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  bench.script(() => ({ text: ["On."] }));
  await bench.turn("go on");
  expect((await bench.requested(2)).transcript.join("\n")).toContain("Stopped by the person");
});

it("remembers the whole chat after a restart, and says so beforehand", async () => {
  bench = await AssistantBench.start(() => ({ text: ["Noted."] }));
  await bench.open();
  expect(bench.outlook).toBe("new");
  await bench.turn("Keep the word teal in mind");
  expect(bench.outlook).toBe("warm");
  await bench.restart();
  expect((await bench.open()).how).toBe("resumed");
  await bench.turn("Which word?");
  expect((await bench.requested(2)).transcript.join("\n")).toContain("teal");
});

it("waits as long as a server asks before it tries again, and tells the person", async () => {
  let asked = 0;
  bench = await AssistantBench.start(() => {
    asked += 1;
    return asked === 1 ? { status: 429, retryAfter: "7" } : { text: ["Here."] };
  });
  const turn = bench.turn("hi");
  await until(() => bench.notices().length > 0, "the notice");
  expect(bench.notices()[0]).toMatch(/429.*Trying again in 7 s/);
  bench.clock.advance(6_999);
  expect(bench.server.requests).toHaveLength(1);
  bench.clock.advance(1);
  expect(await turn).toMatchObject({ ok: true, value: { reason: "done" } });
});

it("never asks again once something of an answer was shown", async () => {
  bench = await AssistantBench.start(() => ({ text: ["Half"], hang: true }));
  const turn = bench.turn("hi");
  await until(() => bench.said("text") === "Half", "the first words");
  await bench.server.close();
  expect(await turn).toMatchObject({
    ok: false,
    error: { type: "failed", message: expect.stringContaining("can't be reached") },
  });
  expect(bench.server.requests).toHaveLength(1);
});

it("says at once what a server refuses for good", async () => {
  bench = await AssistantBench.start(() => ({ status: 400 }));
  expect(await bench.turn("hi")).toMatchObject({ ok: false, error: { message: expect.stringContaining("scripted 400") } });
});

it("gives up an answer that stopped in the middle", async () => {
  bench = await AssistantBench.start(() => ({ text: ["Half"], hang: true }));
  const turn = bench.turn("hi");
  await until(() => bench.said("text") === "Half", "the first words");
  bench.clock.advance(120_000);
  expect(await turn).toMatchObject({ ok: false, error: { message: expect.stringContaining("stopped in the middle") } });
});

it("waits twenty minutes for the first word", async () => {
  const answer = Promise.withResolvers<void>();
  bench = await AssistantBench.start(() => ({ progress: { read: [512], total: 9_000 }, until: answer.promise, text: ["Read."] }));
  const turn = bench.turn("hi");
  await bench.requested(1);
  bench.clock.advance(20 * 60_000);
  answer.resolve();
  expect(await turn).toMatchObject({ ok: true, value: { reason: "done" } });
});

it("gives up a server elsewhere that takes the request and never gives a sign", async () => {
  bench = await AssistantBench.start(() => ({ hang: true }));
  bench.local = false;
  bench.server.script(() => ({ until: new Promise(() => {}) }));
  const turn = bench.turn("hi");
  await bench.requested(1);
  bench.clock.advance(600_000);
  expect(await turn).toMatchObject({ ok: false, error: { message: expect.stringContaining("gave no sign for 5 minutes") } });
});

it("tells how much of the prompt is read in, and how fast the answer came", async () => {
  bench = await AssistantBench.start(() => ({
    progress: { read: [512, 2_048], total: 4_000 },
    text: ["Hi."],
    tokensPerSecond: 38.4,
  }));
  expect(await bench.turn("hi")).toMatchObject({ ok: true, value: { usage: { tokensPerSecond: 38.4 } } });
  expect(bench.updates.filter(({ type }) => type === "reading")).toEqual([
    { type: "reading", read: 512, total: 4_000 },
    { type: "reading", read: 2_048, total: 4_000 },
  ]);
});

it("tells how far a model is that is loaded for the turn", async () => {
  bench = await AssistantBench.start(() => ({ text: ["Hi."] }));
  bench.loaded = 0.428;
  await bench.turn("hi");
  expect(bench.updates.filter(({ type }) => type === "reading")).toEqual([
    { type: "reading", what: "model", read: 42, total: 100 },
  ]);
});

it("says what to do when the server goes in the middle of a turn", async () => {
  bench = await AssistantBench.start(() => ({ text: ["Half"], hang: true }));
  const turn = bench.turn("hi");
  await until(() => bench.said("text") === "Half", "the first words");
  await bench.server.close();
  expect(await turn).toMatchObject({ ok: false, error: { message: expect.stringContaining("Start it again") } });
});

it("doesn't trust an answer to a prompt that the server cut", async () => {
  bench = await AssistantBench.start(() => ({ text: ["Of course."], promptTokens: 60 }));
  expect(await bench.turn("hi ".repeat(500))).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining("cut the prompt") },
  });
});

it("leaves room for the answer, and says what to do where there is none", async () => {
  bench = await AssistantBench.start(() => ({ text: ["Yes."] }));
  bench.window = 4_096;
  await bench.turn("hi");
  const { max_tokens: most } = JSON.parse((await bench.requested(1)).raw);
  expect(most).toBeGreaterThan(1_000);
  expect(most).toBeLessThan(4_096);
  expect(await bench.turn("word ".repeat(4_000))).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining("window of 4096 tokens") },
  });
});

it("asks a model that said nothing for an answer, once", async () => {
  bench = await AssistantBench.start(() => ({ text: [""] }));
  expect(await bench.turn("hi")).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(bench.server.requests).toHaveLength(2);
  expect((await bench.requested(2)).words).toContain("plain text");
});

it("runs a call that leaked into the text, and hides it", async () => {
  const call = '<tool_call>{"name":"read_file","arguments":{"path":"a.ts"}}</tool_call>';
  bench = await AssistantBench.start(({ step }) => (step === 0 ? { text: ["Looking. ", ...call] } : { text: ["Read."] }));
  await bench.turn("read");
  expect(bench.said("text")).toBe("Looking. Read.");
  expect((await bench.requested(2)).transcript.at(-1)).toBe("tool: content of a.ts");
});

it("asks once for a call that can't be read, then ends with what happened", async () => {
  bench = await AssistantBench.start(() => ({ text: ['<tool_call>{"name":"read_file","argum'] }));
  const ended = await bench.turn("read");
  expect(ended).toMatchObject({ ok: false, error: { message: expect.stringContaining("nothing was run") } });
  expect(bench.server.requests).toHaveLength(2);
});

it("refuses a tool that the mode doesn't have, and input that isn't whole, before anything runs", async () => {
  let ran = 0;
  bench = await AssistantBench.start(({ step }) =>
    step === 0
      ? {
          toolCalls: [
            { name: "edit_file", args: { path: "a" } },
            { name: "read_file", args: {} },
          ],
        }
      : { text: ["No."] },
  );
  const run = async () => {
    ran += 1;
    return ok({ text: "" });
  };
  bench.tools = [echoTool("read_file", { run }), echoTool("edit_file", { run, readsOnly: false, modes: ["code"] })];
  await bench.turn("edit", { modeId: "ask" });
  const failures = bench.updates.flatMap((update) =>
    update.type === "tool" && update.tool.failure ? [update.tool.failure] : [],
  );
  expect(failures).toMatchObject([{ code: "POLICY_VIOLATION" }, { code: "TOOL_INPUT_VALIDATION_FAILED", fields: ["path"] }]);
  expect(ran).toBe(0);
});

it("nudges a model that repeats itself, then asks the person, who may end it", async () => {
  bench = await AssistantBench.start(() => ({ toolCalls: [read("same")] }));
  expect(await bench.turn("go")).toMatchObject({ ok: false, error: { message: expect.stringContaining("circles") } });
  expect(bench.server.requests).toHaveLength(6);
  expect((await bench.requested(4)).transcript.at(-1)).toContain("[Hearth]");
  expect(bench.questions).toHaveLength(1);
});

it("says that the model is gone", async () => {
  bench = await AssistantBench.start(() => ({ text: [""] }));
  expect(await bench.turn("hi", { modelId: "bench/other" })).toMatchObject({ ok: false, error: { type: "model-unavailable" } });
});

it("names skills in the prompt, and brings the one that is asked for by name", async () => {
  bench = await AssistantBench.start(() => ({ text: ["Done."] }));
  bench.trusted = true;
  const asked: (string | null)[] = [];
  bench.skillFiles = {
    list: async (copy) => (asked.push(copy), [{ name: "release", description: "Makes a release" }]),
    read: async (name) => (name === "release" ? { text: "Tag it.", folder: "/nowhere" } : null),
  };
  await bench.turn("/release now");
  const [system, said] = (await bench.requested(1)).transcript;
  expect(system).toContain("- release: Makes a release");
  expect(said).toMatch(/^user: <skill name="release">\nTag it\.\n<\/skill>\n\n\/release now/);
  await bench.turn("/nothing of the kind");
  expect((await bench.requested(2)).transcript.at(-1)).toBe("user: /nothing of the kind");
  expect(asked).toEqual(["/nowhere"]);
  bench.trusted = false;
});
