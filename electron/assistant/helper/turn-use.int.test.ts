import { afterEach, expect, it } from "vitest";
import { ok } from "../../../shared/result.ts";
import { AssistantBench, echoTool } from "../../testing/assistant-bench.ts";
import { until } from "../../testing/until.ts";
import { TurnUse } from "./turn-use.ts";

let bench: AssistantBench;
afterEach(() => bench.close());

it("leaves the server to others while its turn waits for a person, and takes it back for its next request", async () => {
  bench = await AssistantBench.start(({ step }) =>
    step === 0 ? { toolCalls: [{ name: "read_file", args: { path: "a.ts" } }] } : { text: ["Done."] },
  );
  const answered = Promise.withResolvers<void>();
  let waits = false;
  const run = async (): ReturnType<ReturnType<typeof echoTool>["run"]> => {
    waits = true;
    await answered.promise;
    return ok({ text: "x" });
  };
  bench.tools = [echoTool("read_file", { run })];
  const turn = bench.turn("read");
  await until(() => waits, "the tool");
  const { use, server, clock } = bench;
  const order: string[] = [];
  const first = use.beside(server.url, async () => void order.push("draft"), new AbortController().signal);
  await Promise.resolve();
  expect(order).toEqual([]);
  clock.advance(5_000);
  expect(bench.held).toEqual(["bench/scripted-1"]);
  await first;
  expect(order).toEqual(["draft"]);
  expect(use.isFree(server.url)).toBe(false);
  let begun = 0;
  const second = use.beside(
    server.url,
    (signal) => {
      begun += 1;
      if (begun > 1) return Promise.resolve();
      return new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
    },
    new AbortController().signal,
  );
  await until(() => begun === 1, "what goes on beside the turn");
  answered.resolve();
  expect(await turn).toMatchObject({ ok: true, value: { reason: "done" } });
  expect(bench.held).toEqual([]);
  await second;
  expect(begun).toBe(2);
  await until(() => use.isFree(server.url), "the server to be free");
});

it("leaves nothing counted after a request that throws", async () => {
  bench = await AssistantBench.start(() => ({}));
  const { use, server, clock } = bench;
  const turn = new TurnUse({ use, clock, url: server.url });
  await expect(turn.during(() => Promise.reject(new Error("gone")))).rejects.toThrow("gone");
  turn.end();
  turn.end();
  expect(use.isFree(server.url)).toBe(true);
});
