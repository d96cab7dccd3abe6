import { describe, expect, it } from "vitest";
import { aspectsOf, optionItems, optionWords } from "./option-items.ts";

const choices = (...ids: string[]) => ids.map((id) => ({ id, name: id.toUpperCase() }));
const nothing = { modelId: null, modeId: null, thinkingLevel: null };
const few = aspectsOf({ models: choices("a", "b"), modes: choices("ask", "code"), thinkingLevels: [], commands: [] });
const many = aspectsOf({
  models: choices(..."abcdefghij"),
  modes: choices("ask"),
  thinkingLevels: choices("low"),
  commands: [],
});
const none = { favourites: [], recents: [] };

describe("the options of an agent", () => {
  it("are all there in short lists, the agent's default first, and what it is", () => {
    const items = optionItems(few, { ...nothing, modeId: "code" }, { ...nothing, modelId: "a" }, none);
    expect(items.map(({ group, label, chosen }) => [group, label, chosen])).toEqual([
      ["Model", "Agent’s default", true],
      ["Model", "A", false],
      ["Model", "B", false],
      ["Mode", "Agent’s default", false],
      ["Mode", "ASK", false],
      ["Mode", "CODE", true],
    ]);
    expect(items[0]).toMatchObject({ id: null, detail: "A" });
    expect(items[3]?.detail).toBeUndefined();
  });

  it("of many models shows favourites, recent ones and the chosen one before the modes, and the others last", () => {
    const items = optionItems(many, { ...nothing, modelId: "j" }, nothing, { favourites: ["c"], recents: ["e", "b"] });
    expect(items.map(({ group, id }) => `${group}:${id}`)).toEqual([
      ...["Model:null", "Model:c", "Model:e", "Model:b", "Model:j"],
      ...["Mode:null", "Mode:ask", "Thinking:null", "Thinking:low"],
      ...["a", "d", "f", "g", "h", "i"].map((id) => `All models:${id}`),
    ]);
    expect(items.find(({ id }) => id === "c")?.favourite).toBe(true);
  });

  it("keep what was chosen and isn't offered any more", () => {
    const items = optionItems(few, { ...nothing, modelId: "gone" }, nothing, none);
    expect(items.filter(({ chosen }) => chosen)).toMatchObject([{ id: "gone", detail: "not offered now" }, { group: "Mode" }]);
    expect(optionItems(aspectsOf(undefined), nothing, nothing, none)).toEqual([]);
  });

  it("are told in words", () => {
    expect(optionWords(few, { ...nothing, modeId: "code" }, { ...nothing, modelId: "a" })).toEqual({
      shown: ["A", "CODE"],
      told: "Model: agent’s default, A. Mode: CODE",
    });
    const defaults = { ...nothing, modelId: "maker/a", modeId: "ask" };
    expect(optionWords(few, nothing, defaults)).toEqual({
      shown: ["a"],
      told: "Model: agent’s default, maker/a. Mode: agent’s default, ASK",
    });
    expect(optionWords(few, nothing, nothing).shown).toEqual(["Agent’s default"]);
  });
});
