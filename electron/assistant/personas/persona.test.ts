import { expect, it } from "vitest";
import type { Persona } from "./persona.ts";
import { limitsWith, modeWith, readPersona } from "./persona.ts";

const read = (head: Record<string, unknown>, problem: string | null = null) =>
  readPersona("reviewer", { head, text: "\nReview.\n", file: ".hearth/agents/reviewer.md", problem });

function file(head: Record<string, unknown>): Persona {
  const persona = read(head);
  if (!persona.ok) throw new Error(persona.error);
  return persona.value;
}

it("reads what a file says, and takes what shapes the model and makes no sense for none", () => {
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
  expect(file({ model: 5, sampling: { temperature: 99, top_k: "x", evil: 1 } })).toMatchObject({
    ...{ mode: null, maxCalls: null, model: null, tools: null, sampling: {} },
  });
});

it("names no tool where the list is empty or of names that nobody knows", () => {
  expect(file({ tools: [] }).tools).toEqual(new Set(["view_output", "ask_user", "todo"]));
  expect(file({ tools: ["constructor", "Nope"] }).tools?.has("edit_file")).toBe(false);
});

it.each([
  [{ mode: "god" }, "`mode` must be ask, plan or code"],
  [{ mode: null }, "`mode` must"],
  [{ mode: ["ask"] }, "`mode` must"],
  [{ tools: null }, "`tools` must be a list of names"],
  [{ tools: { edit: false } }, "`tools` must"],
  [{ tools: ["Read", 5] }, "`tools` must"],
  [{ max_calls: -1 }, "`max_calls` must be a whole number"],
  [{ mode: "ask", Mode: "code" }, "`Mode` stands there twice"],
  [{ disallowedTools: "Edit" }, "`disallowedTools` isn't known here"],
  [{ permissionMode: "plan" }, "`permissionMode` isn't known here"],
])("isn't there with a head of %j, which would limit nothing", (head, words) => {
  const persona = read(head);
  expect(persona).toMatchObject({ ok: false, error: expect.stringContaining(`.hearth/agents/reviewer.md: ${words}`) });
});

it("isn't there where its head can't be read", () => {
  expect(read({}, "its head is broken")).toMatchObject({ ok: false, error: expect.stringContaining("its head is broken") });
});

it("reads what limits it in any case of letters", () => {
  expect(file({ Mode: "Ask", TOOLS: "Read", "max-calls": 3 })).toMatchObject({ mode: "ask", maxCalls: 3 });
  expect(file({ Mode: "Ask", TOOLS: "Read" }).tools?.has("edit_file")).toBe(false);
});

it("does less than the person has chosen, never more", () => {
  const limits = { calls: 100, requests: null, tokens: null };
  expect([modeWith(file({ mode: "code" }), "plan"), modeWith(file({ mode: "ask" }), "code"), modeWith(null, "plan")]).toEqual([
    ...["plan", "ask", "plan"],
  ]);
  expect(limitsWith(file({ max_calls: 500 }), limits).calls).toBe(100);
  expect(limitsWith(file({ max_calls: 5 }), { ...limits, calls: null }).calls).toBe(5);
});
