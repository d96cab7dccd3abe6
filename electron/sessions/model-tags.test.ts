import { expect, it } from "vitest";
import type { Run } from "../../shared/contract/runs.ts";
import { silentLog } from "../lib/log.ts";
import { until } from "../testing/until.ts";
import { ModelTags, type ModelTagsDeps } from "./model-tags.ts";

const run = (more: Partial<Run> = {}): Run =>
  ({ id: "r1", sessionId: "s1", status: "completed", prompt: [{ type: "text", text: "Round totals" }], ...more }) as Run;

function bench(more: Partial<ModelTagsDeps> = {}) {
  const asked: [string, readonly string[], string | null][] = [];
  const set: [string, string[]][] = [];
  const tags = new ModelTags({
    ask: async (...given) => {
      asked.push(given);
      return ["bug"];
    },
    modelOf: () => "m1",
    knownFor: () => ["carts"],
    setTags: (...given) => void set.push(given),
    log: silentLog,
    ...more,
  });
  return { tags, asked, set };
}

it("gives a session tags behind its first turn that ended well, and asks once", async () => {
  const { tags, asked, set } = bench();
  tags.runChanged(run({ status: "running" }));
  tags.runChanged(run({ status: "failed" }));
  expect(asked).toEqual([]);
  tags.runChanged(run());
  tags.runChanged(run({ id: "r2" }));
  await until(() => set.length === 1, "the tags");
  expect([asked, set]).toEqual([[["Round totals", ["carts"], "m1"]], [["s1", ["bug"]]]]);
});

it("leaves what the person wrote, before and meanwhile", async () => {
  const before = bench({ knownFor: () => null });
  before.tags.runChanged(run());
  expect(before.asked).toEqual([]);
  let known: string[] | null = [];
  const answer = Promise.withResolvers<string[]>();
  const meanwhile = bench({ knownFor: () => known, ask: () => answer.promise });
  meanwhile.tags.runChanged(run());
  known = null;
  answer.resolve(["bug"]);
  await answer.promise;
  await Promise.resolve();
  expect(meanwhile.set).toEqual([]);
});
