import { afterEach, beforeEach, expect, it } from "vitest";
import { noLimits } from "../../../shared/turn-limits.ts";
import { AssistantBench, echoTool } from "../../testing/assistant-bench.ts";

let bench: AssistantBench;
let asked: (string | null)[];
const head = { mode: "plan", tools: ["Read"], max_calls: 2, sampling: { temperature: 0.1 } };

beforeEach(async () => {
  asked = [];
  bench = await AssistantBench.start(({ step, said }) => {
    if (!said.includes("look")) return { text: ["Done."] };
    const name = step === 0 ? "edit_file" : step === 1 ? "grep" : "read_file";
    return step < 5 ? { toolCalls: [{ name, args: { path: `${step}.ts` } }] } : { text: ["Looked."] };
  });
  bench.tools = [
    ...["read_file", "grep"].map((name) => echoTool(name)),
    echoTool("edit_file", { readsOnly: false, modes: ["code"], kind: "edit" }),
  ];
  bench.personaFiles = {
    async read(name, workingCopy) {
      asked.push(workingCopy);
      if (name === "broken") return { head: { tools: { edit: false } }, text: "Review.", file: "broken.md", problem: null };
      return name === "reviewer" ? { head, text: "Review.", file: "reviewer.md", problem: null } : null;
    },
  };
});
afterEach(() => bench.close());

const outputs = () =>
  bench.updates.flatMap((update) => (update.type === "tool" && update.tool.output ? [update.tool.output] : []));

it("works as the persona of a prompt says, also past a pause and a restart, and the next prompt as before", async () => {
  expect(await bench.turn("/reviewer look", { limits: noLimits })).toMatchObject({
    value: { reason: "paused", pause: { limit: "calls", count: 2 } },
  });
  const { transcript, raw } = await bench.requested(1);
  expect(transcript[1]).toMatch(/<persona name="reviewer">\nReview\.\n<\/persona>\n.*\n\n\/reviewer look\n\nmode: plan/);
  expect(JSON.parse(raw)).toMatchObject({ temperature: 0.1 });
  expect(outputs()).toEqual([
    expect.stringContaining("isn't available in the mode plan"),
    expect.stringContaining("isn't among the tools of this persona: view_output, ask_user, todo, read_file."),
  ]);
  await bench.restart();
  expect(await bench.goOn()).toMatchObject({ value: { reason: "paused" } });
  expect(JSON.parse((await bench.requested(3)).raw)).toMatchObject({ temperature: 0.1 });
  expect(outputs()).toHaveLength(4);
  const before = bench.server.requests.length;
  await bench.turn("look here");
  const next = await bench.requested(before + 1);
  expect(JSON.parse(next.raw)).not.toHaveProperty("temperature");
  expect(next.transcript.at(-1)).toBe("user: look here\n\nmode: code");
  expect(outputs().at(4)).toContain("content of 0.ts");
});

it("doesn't read the project's where it isn't trusted, and takes a name that is none for words", async () => {
  await bench.turn("/nobody at home");
  expect((await bench.requested(1)).transcript[1]).toMatch(/^user: \/nobody at home/);
  bench.trusted = true;
  await bench.turn("/reviewer go");
  bench.trusted = false;
  expect(asked).toEqual([null, "/nowhere"]);
});

it("does nothing as a persona whose head would limit nothing, and says what is wrong", async () => {
  expect(await bench.turn("/broken look")).toMatchObject({
    ok: false,
    error: { message: expect.stringContaining("broken.md: `tools` must be a list of names") },
  });
  expect(bench.server.requests).toEqual([]);
});

it("keeps to what its persona said past a pause, also when the file is gone or says something else", async () => {
  await bench.turn("/reviewer look", { limits: noLimits });
  bench.personaFiles = { read: async () => null };
  await bench.restart();
  expect(await bench.goOn()).toMatchObject({ value: { reason: "paused", pause: { limit: "calls", count: 2 } } });
  expect(JSON.parse((await bench.requested(3)).raw)).toMatchObject({ temperature: 0.1 });
  expect(outputs().join("\n")).not.toContain("content of 0.ts");
});

it("doesn't go on without a persona that is known only by its name", async () => {
  await bench.turn("/reviewer look", { limits: noLimits });
  const lines = bench.transcripts.get("hearth") ?? [];
  bench.transcripts.set(
    "hearth",
    lines.map((line) => JSON.stringify({ ...JSON.parse(line), kept: undefined })),
  );
  bench.personaFiles = { read: async () => null };
  await bench.restart();
  expect(await bench.goOn()).toMatchObject({ ok: false, error: { message: expect.stringContaining("began as /reviewer") } });
});
