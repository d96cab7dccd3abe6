import { symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeEach, expect, it } from "vitest";
import { tempFolder } from "../../testing/temp-folder.ts";
import { questionsIn } from "../programs/question-form.ts";
import { permissionAsk, permissionResult, planResult, questionResult } from "./ask-forms.ts";

let root: string;
beforeEach(() => (root = tempFolder("claude-asks")));

const ask = (name: string, input: Record<string, unknown>) =>
  permissionAsk(name, input, { toolCallId: "t", workingCopyPath: root, cwd: root });

it("shows an edit as the whole file would be, all places where all are replaced", async () => {
  const file = path.join(root, "a.txt");
  writeFileSync(file, "one $& one\n");
  const edit = { file_path: file, old_string: "one", new_string: "$&" };
  expect((await ask("Edit", edit)).action.diff).toEqual([{ path: file, oldText: "one $& one\n", newText: "$& $& one\n" }]);
  expect((await ask("Edit", { ...edit, replace_all: true })).action.diff).toMatchObject([{ newText: "$& $& $&\n" }]);
  expect((await ask("Write", { file_path: file, content: "new\n" })).action).toEqual({
    kind: "edit",
    paths: [file],
    diff: [{ path: file, oldText: "one $& one\n", newText: "new\n" }],
  });
  const added = path.join(root, "b.txt");
  expect((await ask("Write", { file_path: added, content: "x" })).action.diff).toEqual([
    { path: added, oldText: null, newText: "x" },
  ]);
});

it("reads nothing outside of the working copy to show it, and shows the pieces instead", async () => {
  const outside = path.join(tempFolder("claude-outside"), "secret.txt");
  writeFileSync(outside, "secret\n");
  symlinkSync(outside, path.join(root, "link.txt"));
  for (const file of [outside, path.join(root, "link.txt")]) {
    const { action } = await ask("Edit", { file_path: file, old_string: "secret", new_string: "x" });
    expect(action).toEqual({ kind: "edit", paths: [file], diff: [{ path: file, oldText: "secret", newText: "x" }] });
  }
});

it("names commands and addresses, and says of what it can't read that it can't", async () => {
  expect((await ask("Bash", { command: "make", description: "harmless" })).action).toEqual({
    kind: "execute",
    command: "make",
    cwd: root,
  });
  expect((await ask("WebFetch", { url: "https://example.org", prompt: "p" })).action).toMatchObject({ kind: "fetch" });
  expect((await ask("mcp__thing__do", { x: 1 })).action).toEqual({ kind: "undecodable" });
});

it("allows only what clearly was allowed, and stops only where it was stopped", () => {
  const input = { command: "make" };
  const selected = { kind: "selected", optionId: "allow", allowed: true } as const;
  expect(permissionResult(selected, input)).toEqual({ behavior: "allow", updatedInput: input });
  expect(permissionResult({ ...selected, optionId: "always" }, input)).toMatchObject({ behavior: "deny" });
  expect(
    permissionResult({ ...selected, optionId: "reject", allowed: false, refusedBy: "The policy Plan" }, input),
  ).toMatchObject({
    behavior: "deny",
    message: expect.stringContaining("The policy Plan said no"),
    interrupt: false,
  });
  expect(permissionResult({ kind: "cancelled" }, input)).toMatchObject({ behavior: "deny", interrupt: true });
});

it("takes answers by their question, several of one together", () => {
  const options = ["A", "B"].map((label) => ({ label, description: "" }));
  const input = {
    questions: [
      { question: "Which?", header: "Pick", options, multiSelect: false },
      { question: "And?", header: "More", options, multiSelect: true },
    ],
  };
  const questions = questionsIn(input) ?? [];
  const answered = { kind: "answered", content: { answer1: "A", answer2: ["A", "B"] } } as const;
  expect(questionResult(questions, answered, input)).toEqual({
    behavior: "allow",
    updatedInput: { ...input, answers: { "Which?": "A", "And?": "A, B" } },
  });
  expect(questionResult(questions, { kind: "declined" }, input)).toMatchObject({ behavior: "deny", interrupt: false });
  expect(questionsIn({ questions: "none" })).toBeNull();
});

it("leaves planning only where the person says so, and asks from then on", () => {
  const input = { plan: "1. Look" };
  const to = (value: string) => planResult({ kind: "answered", content: { value } }, input);
  expect(to("go")).toMatchObject({ behavior: "allow", updatedPermissions: [{ type: "setMode", mode: "default" }] });
  expect(to("plan")).toMatchObject({ behavior: "deny", interrupt: false });
});
