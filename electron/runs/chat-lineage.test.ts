import { expect, it } from "vitest";
import type { Run } from "../../shared/contract/runs.ts";
import { ChatLineage } from "./chat-lineage.ts";

/** Runs in the order they were made, by the chat that each is of; `forks`: behind which run a chat begins. */
function lineageOf(made: readonly string[], forks: Record<string, string> = {}): ChatLineage {
  const runs = made.map((name) => ({ id: name, chatId: name[0] ?? "" }) as Run);
  return new ChatLineage(
    {
      find: (id) => runs.find((run) => run.id === id) ?? null,
      listChat(chatId, limit, beforeId) {
        const end = beforeId === undefined ? runs.length : runs.findIndex((run) => run.id === beforeId);
        return runs
          .slice(0, end)
          .filter((run) => run.chatId === chatId)
          .slice(-limit);
      },
    },
    (chatId) => forks[chatId] ?? null,
  );
}
const ids = (runs: readonly Run[]): string => runs.map(({ id }) => id).join(" ");

it("lists a fork's own runs behind those of its chat up to where it was forked", () => {
  const lineage = lineageOf(["a1", "a2", "a3", "b1", "a4", "b2"], { b: "a2" });
  expect(ids(lineage.listChat("b", 10))).toBe("a1 a2 b1 b2");
  expect(ids(lineage.listChat("a", 10))).toBe("a1 a2 a3 a4");
});

it("pages back over the fork, whatever the pages' size", () => {
  const lineage = lineageOf(["a1", "a2", "a3", "b1", "a4", "b2"], { b: "a2" });
  for (const limit of [1, 2, 3, 4]) {
    let found: Run[] = [];
    for (;;) {
      const page = lineage.listChat("b", limit, found[0]?.id);
      if (page.length === 0) break;
      expect(page.length).toBeLessThanOrEqual(limit);
      found = [...page, ...found];
    }
    expect(ids(found)).toBe("a1 a2 b1 b2");
  }
});

it("follows forks of forks, also where a fork was made at a turn that it had from before", () => {
  const lineage = lineageOf(["a1", "a2", "b1", "c1", "d1"], { b: "a2", c: "b1", d: "a1" });
  expect(ids(lineage.listChat("c", 10))).toBe("a1 a2 b1 c1");
  expect(ids(lineage.listChat("c", 10, "a2"))).toBe("a1");
  expect(ids(lineage.listChat("d", 10))).toBe("a1 d1");
});

it("holds the runs of its chats, and no others", () => {
  const lineage = lineageOf(["a1", "b1", "x1"], { b: "a1" });
  expect([lineage.holds("b", "a1"), lineage.holds("b", "b1")]).toEqual([true, true]);
  expect([lineage.holds("a", "b1"), lineage.holds("b", "x1"), lineage.holds("b", "gone")]).toEqual([false, false, false]);
  expect(ids(lineage.listChat("b", 10, "x1"))).toBe("");
});

it("ends where forks go in a circle", () => {
  expect(lineageOf(["a1", "b1"], { a: "b1", b: "a1" }).listChat("a", 1_000).length).toBeLessThan(200);
});
