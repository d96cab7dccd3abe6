import { afterEach, expect, it } from "vitest";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { until } from "../../testing/until.ts";

let kit: AgentKit;
afterEach(() => kit.dispose());

const labels = (): string[] =>
  kit.agents
    .processes()
    .map((shown) => shown.label)
    .toSorted();

it("makes room by ending the child that was used longest ago, never one that is busy", async () => {
  kit = openAgentKit({ modes: { one: [], two: [], three: [] }, limits: { maxChildren: 2 } });
  const host = new TestHost();
  const busy = await kit.open(host, "one");
  const going = busy.prompt(textPrompt([{ say: "busy" }, { hang: true }]));
  await until(() => host.text === "busy");
  await (await kit.open(new TestHost(), "two")).prompt(textPrompt("done"));
  await kit.open(new TestHost(), "three");
  expect(labels()).toEqual(["one", "three"]);
  expect(kit.agents.backend.outlook("chat-1", "two")).toBe("resumes");
  await busy.kill();
  await going;
});

it("never ends a child between the opening of a session and its prompt", async () => {
  kit = openAgentKit({ modes: { one: [], two: [] }, limits: { maxChildren: 1 } });
  const first = await kit.open(new TestHost(), "one");
  await kit.open(new TestHost(), "two");
  expect(await first.prompt(textPrompt("here"))).toMatchObject({ ok: true });
  const warm = await kit.open(new TestHost(), "one");
  expect(warm.how).toBe("warm");
  await kit.open(new TestHost(), "two", "chat-2");
  expect(await warm.prompt(textPrompt("again"))).toMatchObject({ ok: true });
});

it("gives chats a child of their own where sharing is not known to be safe", async () => {
  kit = openAgentKit({ modes: { own: [] } });
  const first = await kit.open(new TestHost(), "own", "chat-1");
  const second = await kit.open(new TestHost(), "own", "chat-2");
  expect(second.pid).not.toBe(first.pid);
});

it("starts one child for two who ask at once", async () => {
  kit = openAgentKit();
  const [first, second] = await Promise.all([
    kit.open(new TestHost(), "practice", "chat-1"),
    kit.open(new TestHost(), "practice", "chat-2"),
  ]);
  expect(second?.pid).toBe(first?.pid);
});

it("a child that is killed for one chat is a crash for the others", async () => {
  kit = openAgentKit();
  const host = new TestHost();
  const other = await kit.open(host, "practice", "chat-1");
  const going = other.prompt(textPrompt("say here\nhang"));
  await until(() => host.text.includes("here"));
  await (await kit.open(new TestHost(), "practice", "chat-2")).kill();
  expect(await going).toMatchObject({ ok: false, error: { type: "crashed" } });
});

it("is gone with all its children when the core's scope ends", async () => {
  kit = openAgentKit({ modes: { deaf: ["deaf"] } });
  const session = await kit.open(new TestHost(), "deaf");
  await kit.scope.dispose();
  expect(() => process.kill(session.pid ?? 0, 0)).toThrow();
  expect(kit.deps.processes.list()).toEqual([]);
});
