import { expect, it } from "vitest";
import { limitsWith, modeWith, readPersona } from "./persona.ts";

const file = (head: Record<string, unknown>) => readPersona("reviewer", { head, text: "\nReview.\n" });

it("reads what a file says, and takes a field that makes no sense for none", () => {
  expect(
    file({
      mode: "ask",
      tools: "Read, Grep",
      model: "local-8080/m",
      max_calls: 7,
      sampling: { temperature: 0.1, reasoning: "off" },
    }),
  ).toEqual({
    ...{ name: "reviewer", text: "Review.", mode: "ask", model: "local-8080/m", maxCalls: 7 },
    tools: new Set(["view_output", "ask_user", "todo", "read_file", "grep"]),
    sampling: { temperature: 0.1, reasoning: "off" },
  });
  expect(file({ mode: "god", max_calls: -1, model: 5, sampling: { temperature: 99, top_k: "x", evil: 1 } })).toMatchObject({
    ...{ mode: null, maxCalls: null, model: null, tools: null, sampling: {} },
  });
});

it("names no tool where the list is empty or of names that nobody knows", () => {
  expect(file({ tools: [] }).tools).toEqual(new Set(["view_output", "ask_user", "todo"]));
  expect(file({ tools: ["constructor", "Nope"] }).tools?.has("edit_file")).toBe(false);
});

it("does less than the person has chosen, never more", () => {
  const limits = { calls: 100, requests: null, tokens: null };
  expect([modeWith(file({ mode: "code" }), "plan"), modeWith(file({ mode: "ask" }), "code"), modeWith(null, "plan")]).toEqual([
    ...["plan", "ask", "plan"],
  ]);
  expect(limitsWith(file({ max_calls: 500 }), limits).calls).toBe(100);
  expect(limitsWith(file({ max_calls: 5 }), { ...limits, calls: null }).calls).toBe(5);
});
