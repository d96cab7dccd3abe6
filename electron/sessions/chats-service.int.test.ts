import { afterEach, beforeEach, expect, it } from "vitest";
import { createSessionBench, must, mustFail, type SessionBench } from "../testing/session-bench.ts";

let bench: SessionBench;
let sessionId: string;
beforeEach(async () => {
  bench = createSessionBench();
  const project = must(await bench.projects.add(await bench.place.repository("shop")));
  sessionId = must(await bench.sessions.create({ projectId: project.id, workingCopy: "in-place" })).id;
});
afterEach(() => bench.dispose());

it("numbers tabs in the order of opening and never gives a number again", () => {
  const [one, two] = [must(bench.chats.create(sessionId, undefined)), must(bench.chats.create(sessionId, "Second"))];
  expect([one.tabNumber, two.tabNumber]).toEqual([1, 2]);
  must(bench.chats.update(two.id, { archived: true }));
  expect(must(bench.chats.create(sessionId, undefined)).tabNumber).toBe(3);
  expect(must(bench.chats.list(sessionId)).map((chat) => [chat.tabNumber, chat.archived])).toEqual([
    [1, false],
    [2, true],
    [3, false],
  ]);
  expect(bench.updates.filter((update) => update.type === "chat")).toHaveLength(4);
});

it("keeps drafts byte for byte, over a restart of the store's readers", () => {
  const chat = must(bench.chats.create(sessionId, undefined));
  expect(must(bench.chats.getDraft(chat.id))).toEqual({ chatId: chat.id, blocks: [], updatedAt: null });
  const blocks = [
    { type: "text" as const, text: "half a thought\n" },
    { type: "mention" as const, path: "a b/ü.ts", kind: "file" as const },
  ];
  must(bench.chats.saveDraft(chat.id, blocks));
  expect(must(bench.chats.getDraft(chat.id)).blocks).toEqual(blocks);
});

it("is named by its first prompt unless a person named it, and remembers agent and held queue", () => {
  const chat = must(bench.chats.create(sessionId, undefined));
  bench.chats.suggestTitle(chat.id, "Fix the cart");
  bench.chats.suggestTitle(chat.id, "Something else");
  bench.chats.setLastAgent(chat.id, "qwen");
  bench.chats.setHeld(chat.id, true);
  expect(bench.chats.find(chat.id)).toMatchObject({ title: "Fix the cart", lastAgentId: "qwen" });
  expect(bench.chats.isHeld(chat.id)).toBe(true);
});

it("takes the names that its agent gives it, until a person names it", () => {
  const chat = must(bench.chats.create(sessionId, undefined));
  const title = (): string | undefined => bench.chats.find(chat.id)?.title;
  bench.chats.suggestTitle(chat.id, "Fix the cart");
  bench.chats.titleFromAgent(chat.id, "Rounding in the cart");
  expect(title()).toBe("Rounding in the cart");
  bench.chats.titleFromAgent(chat.id, "Rounding, again");
  expect(title()).toBe("Rounding, again");
  must(bench.chats.update(chat.id, { title: "Mine" }));
  bench.chats.titleFromAgent(chat.id, "Not yours");
  expect(title()).toBe("Mine");
});

it("takes a model's better name, and its session too, only while both are named by that prompt", () => {
  const prompt = "Please have a look at how the totals of carts with several currencies are rounded to cents";
  const chat = must(bench.chats.create(sessionId, undefined));
  const titles = (): (string | undefined)[] => [bench.chats.find(chat.id)?.title, bench.records.find(sessionId)?.title];
  bench.chats.suggestTitle(chat.id, prompt);
  expect(bench.chats.isNamedBy(chat.id, prompt)).toBe(true);
  bench.chats.renameFromPrompt(chat.id, "Another prompt", "Wrong");
  expect(titles()).not.toContain("Wrong");
  bench.chats.renameFromPrompt(chat.id, prompt, "Rounding of totals");
  expect(titles()).toEqual(["Rounding of totals", "Rounding of totals"]);
  bench.chats.renameFromPrompt(chat.id, prompt, "Once more");
  expect(titles()).not.toContain("Once more");
  const other = must(bench.chats.create(sessionId, undefined));
  bench.chats.suggestTitle(other.id, prompt);
  must(bench.chats.update(other.id, { title: "Mine" }));
  bench.chats.renameFromPrompt(other.id, prompt, "Not yours");
  expect(bench.chats.find(other.id)?.title).toBe("Mine");
});

it("goes with its session", async () => {
  const chat = must(bench.chats.create(sessionId, undefined));
  must(await bench.removal.remove(sessionId, false));
  expect(bench.chats.find(chat.id)).toBeNull();
  expect(mustFail(bench.chats.update(chat.id, { title: "x" })).code).toBe("CHAT_NOT_FOUND");
  expect(mustFail(bench.chats.create(sessionId, undefined)).code).toBe("SESSION_NOT_FOUND");
});

it("keeps a layout as it was given, up to 256 KB", () => {
  expect(must(bench.layouts.get(sessionId))).toEqual({ document: null });
  must(bench.layouts.save(sessionId, { version: 1, panes: ["ü"] }));
  expect(must(bench.layouts.get(sessionId))).toEqual({ document: { version: 1, panes: ["ü"] } });
  expect(mustFail(bench.layouts.save(sessionId, { big: "x".repeat(256 * 1024) })).code).toBe("TOO_LARGE");
  expect(mustFail(bench.layouts.get("ses_none")).code).toBe("SESSION_NOT_FOUND");
});
