import { afterEach, expect, it } from "vitest";
import { noLimits } from "../../shared/turn-limits.ts";
import { AssistantBench } from "../testing/assistant-bench.ts";

let bench: AssistantBench;
afterEach(() => bench.close());

const read = (path: string) => ({ name: "read_file", args: { path } });

/** Reads one file a step, until it was asked `steps` times over all requests. */
async function startReading(steps: number, promptTokens: number | "counted" = "counted"): Promise<void> {
  bench = await AssistantBench.start(({ step }) =>
    step < steps ? { toolCalls: [read(`${step}.ts`)], promptTokens } : { text: ["All read."], promptTokens },
  );
}

it("pauses at its calls, says so beforehand, and goes on where it was, also after a restart", async () => {
  await startReading(12);
  const limits = { ...noLimits, calls: 5 };
  const paused = { ok: true, value: { reason: "paused", pause: { limit: "calls", count: 5 } } };
  expect(await bench.turn("read all", { limits })).toMatchObject(paused);
  expect(bench.notices()).toEqual(["4 of 5 tool calls are used. The turn pauses after that."]);
  expect(await bench.goOn({ limits })).toMatchObject(paused);
  await bench.restart();
  expect(await bench.goOn({ limits })).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(bench.said("text")).toBe("All read.");
  const { transcript, raw } = await bench.requested(13);
  expect(transcript.filter((line) => line.startsWith("user:"))).toHaveLength(1);
  expect(transcript.filter((line) => line.startsWith("tool:"))).toHaveLength(12);
  const before = (await bench.requested(10)).raw;
  expect(raw.startsWith(before.slice(0, before.lastIndexOf("]")))).toBe(true);
});

it("makes no call beyond the limit, and tells the model which weren't made", async () => {
  bench = await AssistantBench.start(({ step }) =>
    step === 0 ? { toolCalls: [read("a.ts"), read("b.ts"), read("c.ts")] } : { text: ["Fine."] },
  );
  await bench.turn("read", { limits: { ...noLimits, calls: 2 } });
  await bench.goOn();
  const results = (await bench.requested(2)).transcript.slice(-3);
  expect(results).toEqual([
    "tool: content of a.ts",
    "tool: content of b.ts",
    expect.stringContaining("The turn paused before this call"),
  ]);
});

it("counts requests, and tokens as the server does", async () => {
  await startReading(9, 1_000);
  expect(await bench.turn("read", { limits: { ...noLimits, requests: 3 } })).toMatchObject({
    value: { reason: "paused", pause: { limit: "requests", count: 3 } },
  });
  // Each answer has five tokens.
  expect(await bench.goOn({ limits: { ...noLimits, tokens: 2_000 } })).toMatchObject({
    value: { reason: "paused", pause: { limit: "tokens", count: 2_010 } },
  });
});

it("never pauses a turn that is done, nor one without limits", async () => {
  await startReading(1);
  expect(await bench.turn("read", { limits: { ...noLimits, requests: 2 } })).toMatchObject({ value: { reason: "done" } });
  await startReading(120);
  expect(await bench.turn("read")).toMatchObject({ value: { reason: "done" } });
});

it("says that it can't go on where nothing is known any more", async () => {
  await startReading(1);
  expect(await bench.goOn()).toMatchObject({ ok: false, error: { message: expect.stringContaining("no longer known") } });
});
