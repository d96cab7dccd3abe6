import { afterEach, expect, it } from "vitest";
import type { AgentsDeps } from "../agents.ts";
import type { ManagedBackend } from "../backend.ts";
import { connectors } from "../catalog.ts";
import { ManualClock } from "../../lib/clock.ts";
import type { AgentSessionHandle } from "../port.ts";
import type { Connector } from "./agent-child.ts";
import { programKind } from "./backend.ts";
import { fakeMain, openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
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

it("ends idle children for one that needs their memory, never a busy one, and starts nothing ahead at another's expense", async () => {
  const budget = { idleMs: 60_000, memoryBytes: 1 };
  const { look, create } = programKind(connectors);
  const made = Promise.withResolvers<ManagedBackend>();
  const kinds: AgentsDeps["kinds"] = {
    program: {
      look,
      create(deps) {
        const backend = create(deps);
        made.resolve(backend);
        return backend;
      },
    },
  };
  kit = openAgentKit({ modes: { one: [], two: [], three: [] }, budget: () => budget, kinds });
  const host = new TestHost();
  const busy = await kit.open(host, "one");
  const going = busy.prompt(textPrompt([{ say: "busy" }, { hang: true }]));
  await until(() => host.text === "busy");
  await (await kit.open(new TestHost(), "two")).prompt(textPrompt("done"));
  expect(labels()).toEqual(["one", "two"]);
  for (const id of ["two", "three"]) await kit.agents.refresh([id]);
  expect(labels()).toEqual(["one"]);
  expect(kit.agents.backend.outlook("chat-1", "two")).toBe("resumes");
  const backend = await made.promise;
  const ahead = { agentId: "three", chatId: "chat-2", projectId: "p", workingCopyPath: kit.workingCopy, folder: "" };
  await backend.prepare(ahead);
  expect(labels()).toEqual(["one"]);
  budget.memoryBytes = Number.POSITIVE_INFINITY;
  await backend.prepare(ahead);
  expect(labels()).toEqual(["one", "three"]);
  await busy.kill();
  await going;
});

it("counts what is being started: two that start at once end as many as both need", async () => {
  kit = openAgentKit({ modes: { one: [], two: [], three: [], four: [] }, limits: { maxChildren: 2 } });
  for (const id of ["one", "two"]) await (await kit.open(new TestHost(), id)).prompt(textPrompt("done"));
  await Promise.all(["three", "four"].map((id) => kit.open(new TestHost(), id)));
  expect(labels()).toEqual(["four", "three"]);
});

it("comes back to its memory when those that nobody used were too much, the one used last but", async () => {
  const clock = new ManualClock();
  const budget = { idleMs: 30 * 60_000, memoryBytes: Number.POSITIVE_INFINITY };
  kit = openAgentKit({ modes: { one: [], two: [] }, clock, budget: () => budget });
  for (const id of ["one", "two"]) {
    await (await kit.open(new TestHost(), id)).prompt(textPrompt("done"));
    clock.advance(1000);
  }
  budget.memoryBytes = 1;
  clock.advance(60_000);
  await until(() => labels().length === 1);
  expect(labels()).toEqual(["two"]);
  expect(kit.announced).toContainEqual({ type: "agent-sessions", chatId: "chat-1" });
  expect(await kit.open(new TestHost(), "one")).toMatchObject({ how: "resumed" });
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

/** The first child's answer to who asks comes after that to who opens a session, and as much later as `later` takes. */
function answeringAfterOpening(connect: Connector, later: () => Promise<void>): Connector {
  let isFirst = true;
  return async (start) => {
    const connected = await connect(start);
    if (!connected.ok || !isFirst) return connected;
    isFirst = false;
    const child = connected.value;
    const [asked, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const trySession = child.trySession.bind(child);
    const open = child.open.bind(child);
    child.trySession = async (folder) => {
      const tried = await trySession(folder);
      asked.resolve();
      await opened.promise;
      await later();
      return tried;
    };
    child.open = async (...request) => {
      const session = await open(...request);
      await asked.promise;
      opened.resolve();
      return session;
    };
    return connected;
  };
}

async function turnsOfQueue(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await Promise.resolve();
}

it("never ends a child that it started to be asked, and in which somebody opened a session meanwhile", async () => {
  const turnIsOver = Promise.withResolvers<void>();
  const moments = [...Array(13).keys()].map((count) => () => turnsOfQueue(count));
  const afterTurn = (): Promise<void> => turnIsOver.promise;
  for (const later of [...moments, afterTurn]) {
    const kinds = { program: programKind({ acp: answeringAfterOpening(connectors.acp, later) }) };
    kit = openAgentKit({ kinds });
    const asking = kit.agents.refresh(["practice"]);
    await until(() => kit.agents.processes().length === 1);
    const session = await kit.open(new TestHost(), "practice");
    expect(await session.prompt(textPrompt("say here"))).toMatchObject({ ok: true });
    if (later === afterTurn) turnIsOver.resolve();
    await asking;
    expect(await kit.open(new TestHost(), "practice")).toMatchObject({ how: "warm", pid: session.pid });
    await kit.dispose();
  }
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

it("closes the one session that doesn't stop, in a child that carries others, and goes on with both there", async () => {
  kit = openAgentKit();
  const [healthy, stopped] = [new TestHost(), new TestHost()];
  const one = await kit.open(healthy, "practice", "chat-1");
  const going = one.prompt(textPrompt("say here\nhang"));
  await until(() => healthy.text.includes("here"));
  const two = await kit.open(stopped, "practice", "chat-2");
  const ignoring = two.prompt(textPrompt("say there\nhang"));
  await until(() => stopped.text.includes("there"));
  expect(two.pid).toBe(one.pid);

  await two.kill();
  expect(await ignoring).toMatchObject({ ok: false, error: { type: "killed" } });
  expect(kit.agents.backend.outlook("chat-2", "practice")).toBe("resumes");
  const next = new TestHost();
  const again = await kit.open(next, "practice", "chat-2");
  expect(again).toMatchObject({ how: "resumed", agentSessionId: two.agentSessionId, pid: one.pid });
  expect(await again.prompt(textPrompt("say on"))).toMatchObject({ ok: true });
  expect(next.text).toContain("on");

  await one.cancel();
  expect(await going).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  expect(await (await kit.open(new TestHost(), "practice", "chat-1")).prompt(textPrompt("say on"))).toMatchObject({ ok: true });
});

/** Two chats of an agent whose process carries both, and which can't say that a session has ended. */
async function openTwoInOne(): Promise<[AgentSessionHandle, TestHost]> {
  kit = openAgentKit();
  kit.agents.patchConfig({ shared: { command: process.execPath, args: [fakeMain], shares: true } });
  await (await kit.open(new TestHost(), "shared", "chat-1")).prompt(textPrompt("done"));
  const host = new TestHost();
  return [await kit.open(host, "shared", "chat-2"), host];
}

it("ends a child whose session doesn't stop and can't be closed, where the others in it are idle", async () => {
  const [two, host] = await openTwoInOne();
  const going = two.prompt(textPrompt([{ say: "there" }, { hang: true }]));
  await until(() => host.text === "there");
  await two.kill();
  expect(await going).toMatchObject({ ok: false, error: { type: "killed" } });
  expect(() => process.kill(two.pid ?? 0, 0)).toThrow();
  expect(kit.agents.backend.outlook("chat-1", "shared")).toBe("resumes");
});

it("can't prove the end of such a session while another's turn goes on: the child takes nothing new, and ends after it", async () => {
  const [two, host] = await openTwoInOne();
  const going = two.prompt(textPrompt([{ say: "there" }, { hang: true }]));
  await until(() => host.text === "there");
  const other = new TestHost();
  const one = await kit.open(other, "shared", "chat-1");
  const turn = one.prompt(textPrompt([{ say: "here" }, { untilCancelled: true }]));
  await until(() => other.text === "here");
  await expect(two.kill()).rejects.toThrow("could not be proved");
  expect(await going).toMatchObject({ ok: false, error: { type: "killed" } });
  expect((await kit.open(new TestHost(), "shared", "chat-2")).pid).not.toBe(one.pid);
  await one.cancel();
  expect(await turn).toMatchObject({ ok: true, value: { reason: "cancelled" } });
  await until(() => kit.agents.processes().every(({ pid }) => pid !== one.pid));
});

it("is gone with all its children when the core's scope ends", async () => {
  kit = openAgentKit({ modes: { deaf: ["deaf"] } });
  const session = await kit.open(new TestHost(), "deaf");
  await kit.scope.dispose();
  expect(() => process.kill(session.pid ?? 0, 0)).toThrow();
  expect(kit.deps.processes.list()).toEqual([]);
});
