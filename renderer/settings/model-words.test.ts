import { expect, it } from "vitest";
import type { LocalModel } from "../../shared/contract/models.ts";
import { factsOf, testTime } from "./model-words.ts";

const model: LocalModel = {
  ...{ id: "e/m", endpointId: "e", endpointName: "E", name: "m", label: "m", on: true, sampling: {} },
  ...{ window: null, loaded: null, tools: null, reasoning: null, slots: null },
};

it("says of a model what is known, and that its window isn't", () => {
  expect(factsOf(model)).toBe("window unknown");
  const known = { window: 16_384, loaded: true, tools: false, reasoning: true, slots: 4, sampling: { top_k: 1 } };
  expect(factsOf({ ...model, ...known })).toBe(
    "window of 16,384 tokens · loaded · no tools · reasons · 4 at once · 1 of its sampling set",
  );
  expect(factsOf({ ...model, loaded: false, tools: true, slots: 1 })).toBe("window unknown · not loaded · tools");
});

it("says how long a test took", () => {
  expect([42, 4200, 12_400, 65_000].map(testTime)).toEqual(["42 ms", "4.2 s", "12 s", "1 min 5 s"]);
});
