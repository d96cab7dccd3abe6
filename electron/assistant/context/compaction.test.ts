import { expect, it } from "vitest";
import type { Message } from "../conversation/message.ts";
import { charsOf, compactionOf, viewOf, type Compaction } from "./compaction.ts";
import type { CallFacts } from "./ledger.ts";

const kinds: Record<string, "read" | "edit" | "execute" | "think"> = {
  read_file: "read",
  edit_file: "edit",
  run_command: "execute",
  todo: "think",
};
const facts: CallFacts = ({ name, arguments: text }) => {
  const kind = kinds[name];
  const input = JSON.parse(text) as { path?: string };
  return kind ? { kind, title: input.path ?? text, isStepList: name === "todo" } : null;
};

/** A step: one call of a tool, and its result. */
function step(id: number, name: string, path: string, text: string, failed = false): Message[] {
  const call = { id: `c${id}`, name, arguments: JSON.stringify({ path }) };
  return [
    { role: "assistant", text: "", calls: [call] },
    { role: "tool", callId: call.id, name, text, ...(failed ? { failed: true as const } : {}) },
  ];
}

const user = (text: string): Message => ({ role: "user", text });
const told = { mode: "code", date: "2026-01-02" };

function compact(messages: Message[], maxChars: number, earlier: Compaction | null = null): Compaction {
  const made = compactionOf({ messages, earlier, maxChars, told, facts });
  if (!made) throw new Error("nothing to leave out");
  return made;
}

it("leaves out old results first, and keeps the latest steps as they are", () => {
  const messages = [user("Do it"), ...[1, 2, 3, 4].flatMap((at) => step(at, "read_file", `f${at}.ts`, "x".repeat(1000)))];
  const made = compact(messages, 3000);
  const view = viewOf(messages, made);
  expect(made.head).toBeNull();
  expect(view.map(({ text }) => text.length > 500)).toEqual([false, false, false, false, false, false, true, false, true]);
  expect(view).toHaveLength(messages.length);
  expect(charsOf(view)).toBeLessThanOrEqual(3000);
});

it("keeps task, latest request, steps, files, commands, failures and last words in place of what goes", () => {
  const list = JSON.stringify({ items: [{ content: "Look", status: "completed" }, { content: "Change it" }] });
  const messages: Message[] = [
    user("The task, word for word"),
    ...step(1, "read_file", "src/a.ts:1-40", "x".repeat(900)),
    { role: "assistant", text: "I will change it.", calls: [{ id: "t", name: "todo", arguments: list }] },
    { role: "tool", callId: "t", name: "todo", text: "Noted" },
    ...step(2, "edit_file", "src/a.ts", '{"code":"PATCH_FAILED"}\nmore', true),
    ...step(3, "edit_file", "src/a.ts", "Done"),
    ...step(4, "run_command", "npm test", "x".repeat(900)),
    user("And also that"),
    ...[5, 6, 7].flatMap((at) => step(at, "read_file", `long/${at}.ts`, "y".repeat(900))),
  ];
  const [head] = viewOf(messages, compact(messages, 2000));
  expect(head?.role).toBe("user");
  for (const kept of [
    "<task>\nThe task, word for word\n</task>",
    "<latest-request>\nAnd also that\n</latest-request>",
    "- [x] Look\n- [ ] Change it",
    "Files you changed:\n- src/a.ts",
    "- src/a.ts:1-40",
    "Commands you ran:\n- npm test",
    '- src/a.ts: {"code":"PATCH_FAILED"}',
    "What you said last:\nI will change it.",
    "mode: code\ndate: 2026-01-02",
  ])
    expect(head?.text).toContain(kept);
});

it("never parts a call from its result, and fits, over two hundred calls in a small window", () => {
  const messages: Message[] = [user("Change every file")];
  let made: Compaction | null = null;
  let compactions = 0;
  for (let at = 0; at < 200; at += 1) {
    messages.push(...step(2 * at, "read_file", `src/f${at % 40}.ts`, `${at} `.repeat(300)));
    messages.push(...step(2 * at + 1, "edit_file", `src/f${at % 40}.ts`, "Done"));
    if (charsOf(viewOf(messages, made)) > 16_000) {
      made = compact(messages, 10_000, made);
      compactions += 1;
    }
    const view = viewOf(messages, made);
    const calls = view.flatMap((each) => (each.role === "assistant" ? each.calls.map(({ id }) => id) : []));
    const results = view.flatMap((each) => (each.role === "tool" ? [each.callId] : []));
    expect(results).toEqual(calls);
    expect(view[0]?.role).toBe("user");
    expect(charsOf(view)).toBeLessThanOrEqual(16_000);
  }
  expect(compactions).toBeGreaterThan(5);
  expect(made?.ledger?.task).toBe("Change every file");
  expect(new Set(made?.ledger?.changed).size).toBe(40);
});

it("joins its words with a message of the person's that comes first", () => {
  const said: Message = { role: "assistant", text: "x".repeat(5000), calls: [] };
  const messages = [user("One"), said, user("Two"), ...step(2, "read_file", "b", "y")];
  const view = viewOf(messages, compact(messages, 1500));
  expect(view.map(({ role }) => role)).toEqual(["user", "assistant", "tool"]);
  expect(view[0]?.text.endsWith("Two")).toBe(true);
});

it("shortens the results of one reply that is too much by itself", () => {
  const calls = [1, 2, 3].map((at) => ({ id: `c${at}`, name: "read_file", arguments: JSON.stringify({ path: `f${at}` }) }));
  const messages: Message[] = [
    user("Go"),
    { role: "assistant", text: "", calls },
    ...calls.map(({ id, name }): Message => ({ role: "tool", callId: id, name, text: "z".repeat(5000) })),
  ];
  const view = viewOf(messages, compact(messages, 5000));
  expect(charsOf(view)).toBeLessThanOrEqual(5000);
  expect(view.filter(({ role }) => role === "tool").every(({ text }) => text.includes("characters are left out"))).toBe(true);
});

it("says so when nothing can go any more", () => {
  expect(compactionOf({ messages: [user("x".repeat(9000))], earlier: null, maxChars: 1000, told, facts })).toBeNull();
});
