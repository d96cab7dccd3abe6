import { expect, it } from "vitest";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";

const lastEvent = (bench: ReturnType<typeof createRunBench>, id: string) => bench.events(id).at(-1);

it("begins no waiting run while the host closes, and ends it as not sent", async () => {
  const bench = createRunBench();
  await bench.start("chat-1");
  const waiting = await bench.start("chat-2");
  await until(() => bench.backend.turns[0]);
  bench.runs.dispose();
  expect(bench.runRepository.find(waiting.id)).toMatchObject({ status: "interrupted", error: { code: "NOT_SENT" } });
  expect(lastEvent(bench, waiting.id)?.type).toBe("run.interrupted");
  expect(bench.runRepository.listOpen()).toEqual([]);
  expect(bench.backend.opens).toEqual(["chat-1"]);
});

it("fails a run whose session was deleted while the prompt was on its way", async () => {
  const bench = createRunBench();
  const endDeleting = bench.leases.take("copy-ses-a");
  const run = await bench.start("chat-1");
  bench.services.sessions.find = () => null;
  endDeleting?.();
  expect(bench.runRepository.find(run.id)).toMatchObject({ status: "failed", error: { code: "SESSION_NOT_FOUND" } });
  expect(lastEvent(bench, run.id)?.type).toBe("run.failed");
  expect(bench.runs.listOpen()).toEqual([]);
});
