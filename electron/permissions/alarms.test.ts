import { afterEach, beforeEach, expect, it } from "vitest";
import { createPermissionBench, type PermissionBench } from "../testing/permission-bench.ts";

let bench: PermissionBench;

beforeEach(() => void (bench = createPermissionBench()));
afterEach(() => bench.close());

const waiting = (): string[] => bench.service.inbox().map((item) => item.id);

it("waits in the inbox until it is dismissed, over a restart too", () => {
  const { id } = bench.alarms.raise(bench.turn, ["a.ts", ".envrc"], "chk-1");
  expect(bench.announced).toBe(1);
  bench.restart();
  expect(bench.service.inbox()).toMatchObject([
    {
      kind: "alarm",
      id,
      alarm: { sessionId: "s", runId: "r", paths: ["a.ts", ".envrc"], checkpointId: "chk-1", status: "open" },
    },
  ]);
  expect(bench.alarms.dismiss(id)).toMatchObject({ ok: true, value: { status: "dismissed" } });
  expect(waiting()).toEqual([]);
  expect(bench.announced).toBe(2);
  expect(bench.alarms.dismiss(id)).toMatchObject({ ok: true, value: { status: "dismissed" } });
  expect(bench.announced).toBe(2);
  expect(bench.alarms.dismiss("alarm_9")).toMatchObject({ error: { code: "ALARM_NOT_FOUND" } });
});

it("is gone once its checkpoint, or one from before its run, was restored: no other session's is", () => {
  // The bench's runs were created at 0.
  const own = bench.alarms.raise(bench.turn, ["a.ts"], "chk-1").id;
  const later = bench.alarms.raise({ ...bench.turn, runId: "r2" }, ["b.ts"], null).id;
  const other = bench.alarms.raise({ ...bench.turn, sessionId: "s2" }, ["c.ts"], "chk-1").id;
  bench.alarms.restored("s", { id: "chk-9", createdAt: 1 });
  expect(waiting()).toEqual([own, later, other]);
  bench.alarms.restored("s", { id: "chk-1", createdAt: 1 });
  expect(waiting()).toEqual([later, other]);
  bench.alarms.restored("s", { id: "chk-0", createdAt: 0 });
  expect(waiting()).toEqual([other]);
});

it("is gone once none of its files stays changed after a reject, and not where one was applied", async () => {
  const pair = bench.alarms.raise(bench.turn, ["a.ts", "b.ts"], "chk-1").id;
  const many = bench.alarms.raise(
    bench.turn,
    Array.from({ length: 300 }, (_, at) => `m${at}`),
    null,
  ).id;
  const other = bench.alarms.raise({ ...bench.turn, sessionId: "s2" }, ["a.ts"], null).id;
  await bench.alarms.rejected("s", () => Promise.resolve(new Set(["b.ts", "z.ts"])));
  expect(waiting()).toEqual([pair, many, other]);
  await bench.alarms.rejected("s", () => Promise.resolve(new Set(["z.ts"])));
  expect(waiting()).toEqual([many, other]);
  await bench.alarms.rejected("s", () => Promise.resolve(new Set()));
  expect(waiting()).toEqual([other]);
});
