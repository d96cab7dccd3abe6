import { afterEach, beforeEach, expect, it } from "vitest";
import { ask, createPermissionBench, edit, never, run, type PermissionBench } from "../testing/permission-bench.ts";

let bench: PermissionBench;

beforeEach(() => void (bench = createPermissionBench()));
afterEach(() => bench.close());

/** One that a person allowed and remembered, two by that rule, one by a policy, one that a person rejected. */
async function decideSome(): Promise<void> {
  const request = (action: Parameters<typeof ask>[0]) => bench.service.request(bench.turn, ask(action), never);
  const first = request(run("npm test"));
  bench.answer("yes", "project");
  await first;
  bench.clock.advance(60_000);
  await request(run("npm test"));
  bench.clock.advance(60_000);
  await request(run("npm test"));
  bench.policy = "plan";
  await request(edit("src/a.ts", "one", "a long text that isn't listed"));
  bench.policy = "ask";
  const last = request({ kind: "fetch", url: "https://x.test/100%25_off" });
  bench.answer("no");
  await last;
}

it("keeps what was asked for, what became of it and who decided, and gives it back in pages, the newest first", async () => {
  await decideSome();
  const all = bench.service.history({ limit: 100 });
  const [rule] = bench.rules.list("p");
  expect(all.map(({ outcome, by }) => [outcome, by])).toEqual([
    ["rejected", "person"],
    ["rejected", "policy:plan"],
    ["allowed", `rule:${rule?.id}`],
    ["allowed", `rule:${rule?.id}`],
    ["allowed", "person"],
  ]);
  expect(all[1]?.action).toEqual({ kind: "edit", paths: expect.any(Array) });
  const page = bench.service.history({ limit: 2 });
  const rest = bench.service.history({ limit: 100, before: page[1]?.id });
  expect([...page, ...rest]).toEqual(all);
});

it("finds by what was shown, by the agent and by who decided, and takes a search for the text that it is", async () => {
  await decideSome();
  const found = (search: string): number => bench.service.history({ search, limit: 100 }).length;
  expect(["npm TEST", "src/a.ts", "x.test", "policy:plan", "practice"].map(found)).toEqual([3, 1, 1, 1, 5]);
  expect(["100%25_", "100_", "%", "isn't listed", "nothing"].map(found)).toEqual([1, 0, 1, 0, 0]);
  expect(bench.service.history({ sessionId: "s2", limit: 100 })).toEqual([]);
  expect(bench.service.history({ projectId: "p", limit: 100 })).toHaveLength(5);
});

it("tells of each rule how often it has decided, and when last", async () => {
  await decideSome();
  const [rule] = bench.rules.list(null);
  expect(rule).toMatchObject({ uses: 2, lastUsedAt: new Date(bench.clock.now()).toISOString() });
});

it("has one entry of what a policy allowed and the app then did for the agent, and another when it is done again", async () => {
  bench.policy = "full";
  await bench.service.request(bench.turn, ask(run("npm test")), never);
  expect(await bench.service.authorize(bench.turn, run("npm test"), undefined, never)).toBe(true);
  expect(bench.service.history({ limit: 100 })).toHaveLength(1);
  expect(await bench.service.authorize(bench.turn, run("npm test"), undefined, never)).toBe(true);
  expect(bench.service.history({ limit: 100 })).toHaveLength(2);
});
