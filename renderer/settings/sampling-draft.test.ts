import { expect, it } from "vitest";
import { draftOf, readDraft } from "./sampling-draft.ts";

it("gives back what is set, and nothing else", () => {
  for (const sampling of [{}, { temperature: 0, top_k: 40, reasoning: "off" as const }, { min_p: 0.05 }])
    expect(readDraft(draftOf(sampling))).toEqual({ ok: true, value: sampling });
});

it("reads what a person types, and says at its field what is wrong", () => {
  const empty = draftOf({});
  const typed = (numbers: Partial<typeof empty.numbers>) => readDraft({ ...empty, numbers: { ...empty.numbers, ...numbers } });
  expect(typed({ temperature: " 0,7 ", top_p: "" })).toEqual({ ok: true, value: { temperature: 0.7 } });
  expect(typed({ temperature: "warm", top_p: "1.5", top_k: "4.5", min_p: "0.1" })).toEqual({
    ok: false,
    error: { temperature: "A number from 0 to 5", top_p: "A number from 0 to 1", top_k: "A whole number from -1 to 1000" },
  });
});
