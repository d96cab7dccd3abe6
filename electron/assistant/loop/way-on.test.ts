import { expect, it } from "vitest";
import type { FailureKind } from "../wire/request-failure.ts";
import { wayOn } from "./way-on.ts";

const failed = (kind: FailureKind, status: number | null = null, message = "No") => ({
  type: "failed" as const,
  ...{ kind, status, message },
});

const here = { local: true, server: "other" as const };

it.each([
  ["a server that is gone", failed("unreachable"), "Start it again"],
  ["one that stopped", failed("stalled"), "See what the server is doing"],
  [
    "llama-server's words for a prompt that is too long",
    failed("refused", 400, "the request exceeds the available context size"),
    "larger window",
  ],
  ["vLLM's", failed("refused", 400, "This model's maximum context length is 8192 tokens"), "larger window"],
  ["LM Studio's words for a model that was unloaded", failed("refused", 400, "Model unloaded."), "Load the model"],
  ["Ollama's", failed("refused", 404, 'model "qwen3" not found'), "Load the model"],
  ["a key that doesn't fit", failed("refused", 401), "Give its key"],
  ["a server that is full", failed("refused", 503), "Wait"],
])("says what to do about %s", (_, failure, words) => {
  expect(wayOn(failure, here)).toContain(words);
});

it("has nothing to add to a refusal in the server's own words", () => {
  expect(wayOn(failed("refused", 400, "tools is not supported"), here)).toBe("");
});

it("speaks of the way there where the server is elsewhere", () => {
  expect(wayOn(failed("unreachable"), { ...here, local: false })).toContain("reached from here");
});

it("knows that a model of Hearth's own comes back by itself", () => {
  expect(wayOn(failed("unreachable"), { ...here, server: "embedded" })).toContain("loaded again");
});
