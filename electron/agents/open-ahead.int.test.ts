import { afterEach, expect, it } from "vitest";
import { fakeMain, openAgentKit, TestHost, textPrompt, type AgentKit } from "../testing/agent-kit.ts";
import { until } from "../testing/until.ts";

let kit: AgentKit;
afterEach(() => kit.dispose());

/** A kit whose agent `fake` is known to be ready, and isn't running. */
async function use(mode: string, { shares = true, ...options }: { shares?: boolean } & Parameters<typeof openAgentKit>[0] = {}) {
  kit = openAgentKit(options);
  kit.agents.patchConfig({ fake: { command: process.execPath, args: [fakeMain, mode], shares } });
  await kit.agents.refresh(["fake"]);
  expect(kit.agents.processes()).toEqual([]);
}

const outlook = () => kit.agents.backend.outlook("chat-1", "fake");

it("opens the session of a chat in which an agent is chosen, and its first prompt is told how", async () => {
  await use("normal");
  await kit.agents.choose("fake", { projectId: "p", chatId: "chat-1" });
  await until(() => outlook() === "ready");
  const [running] = kit.agents.processes();
  const session = await kit.open(new TestHost());
  expect(session).toMatchObject({ how: "new", pid: running?.pid });
  expect(outlook()).toBe("warm");
  expect(await kit.open(new TestHost())).toMatchObject({ how: "warm", agentSessionId: session.agentSessionId });
});

it("starts nothing in a place that isn't trusted, or where its session is open", async () => {
  const asked: string[] = [];
  const nowhere = async (chatId: string): Promise<null> => {
    asked.push(chatId);
    return null;
  };
  await use("normal", { placeOfChat: nowhere });
  await kit.agents.choose("fake", { chatId: "chat-1" });
  await until(() => asked.length > 0);
  await kit.agents.choose("fake", { projectId: "p", chatId: "chat-2" });
  await until(() => asked.length > 1);
  expect(kit.agents.processes()).toEqual([]);
  await kit.open(new TestHost(), "fake", "chat-4");
  await kit.agents.choose("fake", { chatId: "chat-4" });
  await kit.agents.choose("fake", { chatId: "chat-5" });
  await until(() => asked.includes("chat-5"));
  expect(asked).toEqual(["chat-1", "chat-2", "chat-5"]);
});

it("takes up the session that a chat had", async () => {
  await use("normal");
  const session = await kit.open(new TestHost());
  await session.prompt(textPrompt("remember"));
  await session.kill();
  expect(outlook()).toBe("resumes");
  await kit.agents.choose("fake", { chatId: "chat-1" });
  await until(() => outlook() === "warm");
  expect(await kit.open(new TestHost())).toMatchObject({ how: "resumed", agentSessionId: session.agentSessionId });
});

it("keeps but the latest process of an agent that has one for each chat", async () => {
  await use("normal", { shares: false });
  const open = (): string[] => kit.agents.processes().flatMap(({ chatIds }) => chatIds);
  for (const chatId of ["chat-1", "chat-2", "chat-3"]) {
    await kit.agents.choose("fake", { chatId });
    await until(() => open().includes(chatId));
  }
  await until(() => kit.agents.processes().length === 1);
  expect(open()).toEqual(["chat-3"]);
  // What was prompted stays.
  await (await kit.open(new TestHost(), "fake", "chat-3")).prompt(textPrompt("remember"));
  await kit.agents.choose("fake", { chatId: "chat-1" });
  await until(() => open().includes("chat-1"));
  expect(open().toSorted()).toEqual(["chat-1", "chat-3"]);
});

it("leaves nothing open in a chat that was closed meanwhile", async () => {
  await use("normal");
  await kit.agents.choose("fake", { chatId: "chat-1" });
  await until(() => kit.deps.processes.list().length > 0);
  await kit.agents.backend.closeChat("chat-1");
  await until(() => kit.deps.processes.list().length === 0);
  expect([outlook(), kit.agents.agentSessions(["chat-1"]).filter(({ status }) => status !== "closed")]).toEqual(["new", []]);
});
