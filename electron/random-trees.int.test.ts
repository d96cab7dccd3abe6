import { describe, expect, it } from "vitest";
import { randomPlaces } from "./testing/random-places.ts";
import { RandomSession } from "./testing/random-session.ts";
import { Random } from "./testing/random.ts";
import { createTestFolder } from "./testing/repos.ts";

/** HEARTH_TEST_SEED runs a failed one again, HEARTH_TEST_TREES more or fewer of them. */
const seed = Number(process.env["HEARTH_TEST_SEED"] ?? 1);
const kinds = Object.entries(randomPlaces);
const each = Math.ceil(Number(process.env["HEARTH_TEST_TREES"] ?? 1000) / kinds.length);

describe.concurrent("random trees go round byte for byte: list, approve, apply, commit, revert, reject, restore, undo, delete, bring back", () => {
  it.each(kinds)("%s", { timeout: 900_000 }, async (name, prepare) => {
    const folder = createTestFolder();
    try {
      const session = await RandomSession.open(folder, prepare(folder), new Random(seed));
      let step = 0;
      try {
        for (; step < each; step += 1) await session.step();
      } catch (error) {
        throw new Error(`${name}, seed ${seed}, tree ${step + 1} (${session.steps.slice(-6).join(", ")})`, { cause: error });
      } finally {
        await session.close();
      }
      expect(Object.keys(session.done).length).toBeGreaterThan(each > 50 ? 3 : 0);
    } finally {
      folder.dispose();
    }
  });
});
