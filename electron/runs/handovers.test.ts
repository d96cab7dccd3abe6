import { expect, it } from "vitest";
import { createRunBench } from "../testing/run-bench.ts";
import { until } from "../testing/until.ts";

type Bench = ReturnType<typeof createRunBench>;

/** One turn of the agent; returns what it was told ahead of its prompt, and what the run says of that. */
async function turn(bench: Bench, agentId: string, words: string) {
  const before = bench.backend.turns.length;
  const prompt = [{ type: "text" as const, text: words }];
  const created = await bench.runs.create({ chatId: "chat-1", agentId, modelId: null, prompt });
  if (!created.ok) throw new Error(created.error.message);
  const { id } = created.value;
  await until(() => bench.backend.turns.length > before);
  const { request, host, end } = bench.backend.turn;
  host.onUpdate({ type: "text", text: `${agentId} did: ${words}` });
  end();
  await until(() => bench.runRepository.find(id)?.endedAt);
  const account = request.blocks.find((block) => block.type === "account");
  const notice = bench.events(id).find((event) => event.type === "notice" && event.payload.kind === "handover");
  return { id, told: account?.type === "account" ? account.text : null, notice: notice?.payload };
}

it("tells an agent what others did since its last turn, and whoever was there nothing", async () => {
  const bench = createRunBench();
  bench.services.agents.list = () => [];
  bench.services.changes.filesOfRuns = (ids) => Promise.resolve(new Map(ids.map((id) => [id, ["made.txt"]])));
  bench.backend.how = "new";
  expect((await turn(bench, "ada", "one")).told).toBeNull();
  bench.backend.how = "warm";
  expect((await turn(bench, "ada", "two")).told).toBeNull();
  bench.backend.how = "new";
  const bob = await turn(bench, "bob", "three");
  expect(bob.told).toMatch(/1\. ada was asked:\n> one\n.*\n> ada did: one\nFiles changed: made\.txt\.\n\n2\. ada/s);
  expect(bob.notice).toEqual({ kind: "handover", message: "It was told of 2 turns that it missed.", account: bob.told });
  bench.backend.how = "resumed";
  const ada = await turn(bench, "ada", "four");
  expect(ada.told).toContain("> three");
  expect(ada.told).not.toContain("> one");
  expect(ada.notice).toMatchObject({ message: "It was told of a turn that it missed." });
});

it("tells an agent that lost its memory its own turns, too", async () => {
  const bench = createRunBench();
  bench.backend.how = "new";
  await turn(bench, "ada", "one");
  bench.backend.how = "memory-lost";
  expect((await turn(bench, "ada", "two")).told).toMatch(/You have no memory.*You were asked:\n> one/s);
});

it("tells nothing where the person doesn't want it, and nothing before a command", async () => {
  const bench = createRunBench();
  await turn(bench, "ada", "one");
  bench.backend.how = "new";
  expect((await turn(bench, "bob", "/compact")).told).toBeNull();
  bench.backend.wordsBeforeCommands = true;
  expect((await turn(bench, "dora", "/compact")).told).toContain("> one");
  bench.backend.wordsBeforeCommands = false;
  const chat = bench.services.chats.find("chat-1");
  if (chat) chat.handover = false;
  const carl = await turn(bench, "carl", "two");
  expect(carl).toMatchObject({ told: null, notice: undefined });
});

it("gives an account of a chat to who tells a person of it, the newest turn first, and none before a turn has ended", async () => {
  const bench = createRunBench();
  bench.services.agents.list = () => [];
  bench.services.changes.filesOfRuns = (ids) => Promise.resolve(new Map(ids.map((id) => [id, ["made.txt"]])));
  expect(await bench.handovers.account("chat-1")).toBeNull();
  await turn(bench, "ada", "one");
  await turn(bench, "bob", "two");
  const account = await bench.handovers.account("chat-1");
  expect(account).toMatch(/^It began with:\n> one\n\nIts turns, the newest first:\n\n2\. bob was asked:\n> two\n/);
  expect(account).toMatch(/1\. ada was asked:\n> one\nada said at the end:\n> ada did: one\nFiles changed: made\.txt\.$/);
});
