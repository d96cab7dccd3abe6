import { expect, it } from "vitest";
import type { EmbeddedModel } from "../../shared/contract/embedded-models.ts";
import { loadWords, readCount, standOf } from "./embedded-words.ts";

const model: EmbeddedModel = {
  ...{ id: "emb_1", modelId: "embedded/tiny", name: "tiny", file: "/m/tiny.gguf", fileBytes: 1 },
  ...{ contextSize: null, threads: null, state: "not-loaded", progress: null, loaded: null, needs: null, problem: null },
};

it("says how a model stands", () => {
  expect(standOf({ ...model, state: "loading", progress: 0.428 })).toEqual({ dot: "working", word: "Loading, 42 %" });
  const loaded = { contextSize: 4_096, threads: 1, isBusy: true };
  expect(standOf({ ...model, state: "loaded", loaded }).word).toBe("Loaded, at work");
  expect(standOf({ ...model, state: "failed" })).toEqual({ dot: "failed", word: "Not loaded" });
});

it("tells window and threads, who chose them, and the memory for it", () => {
  expect(loadWords(model)).toBe("window chosen when it is loaded · threads chosen when it is loaded");
  const needs = {
    neededBytes: 3 * 1024 ** 3,
    availableBytes: 8 * 1024 ** 3,
    contextSize: 16_384,
    threads: 1,
    trainedContextSize: null,
  };
  expect(loadWords({ ...model, needs, contextSize: 16_384 })).toBe(
    "16,384 tokens of window · 1 thread (chosen by Hearth) · needs about 3.00 GB, 8.00 GB were free",
  );
});

it("reads numbers as they are written, and nothing as no choice", () => {
  const range = { from: 512, to: 100_000 };
  expect([readCount("", range), readCount(" 16,384 ", range)]).toEqual([{ value: null }, { value: 16_384 }]);
  for (const wrong of ["4k", "100", "1.5", "-3"]) expect(readCount(wrong, range)).toHaveProperty("problem");
});
