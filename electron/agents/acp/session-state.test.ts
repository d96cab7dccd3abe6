import { describe, expect, it } from "vitest";
import { emptyState, optionsOf, readState, withConfigOptions, withCurrent } from "./session-state.ts";

const model = (values: string[], currentValue = values[0]) => ({
  type: "select",
  id: "model",
  category: "model",
  currentValue,
  options: values.map((value) => ({ value, name: value.toUpperCase() })),
});

describe("what a session offers", () => {
  it("is nothing where nothing of a known shape is told", () => {
    for (const answer of [
      null,
      undefined,
      "x",
      {},
      { modes: 7, configOptions: "none" },
      { configOptions: [null, { type: "select" }] },
    ])
      expect(optionsOf(readState(answer))).toEqual({ models: [], modes: [], thinkingLevels: [], commands: [] });
  });

  it("prefers the config option over the protocol's modes, and takes groups apart", () => {
    const modes = { currentModeId: "ask", availableModes: [{ id: "ask", name: "Ask" }] };
    const grouped = {
      ...model([]),
      currentValue: "a",
      options: [
        { group: "g", name: "G", options: [{ value: "a", name: "A" }] },
        { value: "b", name: "B" },
      ],
    };
    const mode = { type: "select", id: "m", category: "mode", currentValue: "plan", options: [{ value: "plan", name: "Plan" }] };
    const state = readState({ modes, configOptions: [grouped, mode] });
    expect(optionsOf(state).models.map((choice) => choice.id)).toEqual(["a", "b"]);
    expect(state.mode).toMatchObject({ current: "plan", setter: { via: "config", configId: "m" } });
    expect(readState({ modes }).mode).toMatchObject({ current: "ask", setter: { via: "mode" } });
  });

  it("knows the models field of older agents", () => {
    const models = { currentModelId: "x", availableModels: [{ modelId: "x", name: "X", description: null }] };
    expect(readState({ models }).model).toEqual({ choices: [{ id: "x", name: "X" }], current: "x", setter: { via: "model" } });
  });

  it("shows a switch as on and off", () => {
    const state = withConfigOptions(emptyState, [
      { type: "boolean", id: "think", category: "thought_level", currentValue: true },
    ]);
    expect(state.thinking).toMatchObject({
      current: "true",
      choices: [{ id: "true" }, { id: "false" }],
      setter: { via: "config", boolean: true },
    });
  });

  it("shrinks with a later list, and keeps what came by another way", () => {
    const modes = { currentModeId: "ask", availableModes: [{ id: "ask", name: "Ask" }] };
    const before = readState({
      modes,
      configOptions: [model(["a", "b"]), { ...model(["low"]), id: "effort", category: "thought_level" }],
    });
    const after = withConfigOptions(before, [model(["b"])]);
    expect(after).toMatchObject({ model: { current: "b" }, thinking: null, mode: { current: "ask" } });
    expect(withCurrent(after, "thinking", "low")).toBe(after);
  });
});
