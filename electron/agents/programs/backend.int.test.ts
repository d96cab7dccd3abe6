import { afterEach, beforeEach, expect, it } from "vitest";
import { ManualClock } from "../../lib/clock.ts";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { until } from "../../testing/until.ts";

let kit: AgentKit;
let host: TestHost;

beforeEach(() => {
  host = new TestHost();
});
afterEach(() => kit.dispose());

function use(modes: Record<string, string[]>, options: Parameters<typeof openAgentKit>[0] = {}): void {
  kit = openAgentKit({ modes, ...options });
}

it("replays a load without showing it, and says memory-lost where nothing can be restored", async () => {
  use({ loads: ["load-only"], forgets: ["forgetful"], denies: ["amnesiac"] });
  for (const [agentId, how] of [
    ["loads", "replayed"],
    ["forgets", "memory-lost"],
    ["denies", "memory-lost"],
  ] as const) {
    const first = await kit.open(host, agentId);
    await first.prompt(textPrompt("remember"));
    await first.kill();
    expect(kit.agents.backend.outlook("chat-1", agentId)).toBe(
      { loads: "replays", forgets: "memory-lost", denies: "resumes" }[agentId],
    );
    host = new TestHost();
    const again = await kit.open(host, agentId);
    expect(again.how).toBe(how);
    await again.prompt(textPrompt("only this"));
    expect(host.text).toBe("only this");
  }
});

it("says that the memory is lost before the prompt goes, as often as it is looked at", async () => {
  use({ fake: ["amnesiac"] });
  const { agents } = kit;
  const first = await kit.open(host);
  await first.prompt(textPrompt("remember"));
  await first.kill();
  const outlook = (): string => agents.backend.outlook("chat-1", "fake");
  expect(outlook()).toBe("resumes");
  await agents.choose("fake", { chatId: "chat-1" });
  await until(() => outlook() === "memory-lost");
  // Another chat's process takes its place, as each has one.
  await agents.choose("fake", { chatId: "chat-2" });
  await until(() => agents.backend.outlook("chat-2", "fake") === "ready" && outlook() === "resumes");
  expect(agents.processes()).toHaveLength(1);
  await agents.choose("fake", { chatId: "chat-1" });
  await until(() => outlook() === "memory-lost");
  expect(await kit.open(host)).toMatchObject({ how: "memory-lost" });
});

it("loses nothing where there was no turn yet", async () => {
  use({ fake: ["amnesiac"] });
  await (await kit.open(host)).kill();
  expect(await kit.open(host)).toMatchObject({ how: "new" });
});

it("takes a crash while resuming for a crash and keeps the memory's id", async () => {
  use({ fake: ["crash-resume"] });
  const first = await kit.open(host);
  await first.kill();
  expect(await kit.tryOpen(host)).toMatchObject({ ok: false, error: { type: "crashed" } });
  expect(kit.deps.sessions.find("chat-1", "fake")).toMatchObject({ agentSessionId: first.agentSessionId });
});

it("sets a model only where it is offered, and says when the agent refuses it", async () => {
  use({ fake: [] });
  const session = await kit.open(host);
  expect(session.options.models.map((model) => model.id)).toEqual(["small", "large", "broken"]);
  expect(await session.prompt(textPrompt("x", { modelId: "huge" }))).toMatchObject({
    ok: false,
    error: { type: "model-unavailable" },
  });
  expect(await session.prompt(textPrompt("x", { modelId: "broken" }))).toMatchObject({
    ok: false,
    error: { type: "model-unavailable" },
  });
  expect(host.text).toBe("");
  expect(await session.prompt(textPrompt("x", { modelId: "small" }))).toMatchObject({
    ok: true,
    value: { usage: { input: 10, output: 2 } },
  });
  expect(host.updates).toContainEqual({ type: "model", modelId: "small" });
  expect(session.options.commands).toEqual([{ name: "early", description: "Told before the answer" }]);
});

it("stops a child that nobody used for half an hour, and resumes on the next open", async () => {
  const clock = new ManualClock();
  use({ fake: [] }, { clock });
  const first = await kit.open(host);
  clock.advance(29 * 60_000);
  expect(await kit.open(host)).toMatchObject({ how: "warm" });
  await first.prompt(textPrompt("x"));
  clock.advance(29 * 60_000);
  expect(kit.agents.processes()).toHaveLength(1);
  clock.advance(2 * 60_000);
  await until(() => kit.deps.processes.list().length === 0);
  expect(kit.agents.backend.outlook("chat-1", "fake")).toBe("resumes");
  expect(await kit.open(host)).toMatchObject({ how: "resumed", agentSessionId: first.agentSessionId });
});

it("an aborted open ends at once, and leaves nothing that isn't recorded", async () => {
  use({ fake: ["silent"] });
  const abort = new AbortController();
  const request = { chatId: "chat-1", agentId: "fake", projectId: "p", workingCopyPath: kit.workingCopy, folder: "", host };
  const opening = kit.agents.backend.open(request, abort.signal);
  await until(() => kit.deps.processes.list().length === 1);
  abort.abort();
  expect(await opening).toMatchObject({ ok: false, error: { type: "cancelled" } });
  await until(() => kit.deps.processes.list().length === 0);
});

it("closing a chat ends the process that nobody else uses", async () => {
  use({ fake: [] });
  await kit.open(host, "practice", "chat-1");
  await kit.open(host, "practice", "chat-2");
  await kit.agents.backend.closeChat("chat-1");
  expect(kit.agents.processes()).toHaveLength(1);
  await kit.agents.backend.closeWorkingCopy(kit.workingCopy);
  expect(kit.agents.processes()).toEqual([]);
  expect(kit.deps.processes.list()).toEqual([]);
});

it("takes history that is told just after a load for history", async () => {
  use({ fake: ["late-history"] });
  const first = await kit.open(host);
  await first.prompt(textPrompt("remember"));
  await first.kill();
  const next = new TestHost();
  const again = await kit.open(next);
  expect(again.how).toBe("replayed");
  await again.prompt(textPrompt("only this"));
  expect([next.text, host.text]).toEqual(["only this", "remember"]);
});

it("has no session open whose next opening failed", async () => {
  use({ fake: [] });
  await (await kit.open(host)).prompt(textPrompt("hi"));
  kit.agents.patchConfig({ fake: { command: "/nowhere/agent" } });
  const elsewhere = { chatId: "chat-1", agentId: "fake", projectId: "p", workingCopyPath: kit.dir, folder: "", host };
  expect(await kit.agents.backend.open(elsewhere, new AbortController().signal)).toMatchObject({
    ok: false,
    error: { type: "unavailable" },
  });
  expect(kit.agents.agentSessions(["chat-1"])).toMatchObject([{ status: "closed", outlook: "resumes" }]);
});

it("answers a prompt with a failure, and never throws, when the store doesn't take that it was sent", async () => {
  use({ fake: [] });
  const session = await kit.open(host);
  kit.deps.sessions.touch = () => {
    throw new Error("database or disk is full");
  };
  expect(await session.prompt(textPrompt("hi"))).toEqual({
    ok: false,
    error: { type: "failed", message: "database or disk is full" },
  });
});

it("keeps the MCP servers of a session that is opening while the agent's other one in the folder closes", async () => {
  const held = Promise.withResolvers<void>();
  const asked: string[] = [];
  let unused = 0;
  const mcpServers = {
    of: async ({ chatId }: { chatId: string }) => {
      asked.push(chatId);
      if (chatId === "chat-2") await held.promise;
      return [];
    },
    mark: () => "",
    unused: () => void (unused += 1),
  };
  use({ fake: [] }, { mcpServers });
  await kit.open(host, "fake", "chat-1");
  const opening = kit.open(host, "fake", "chat-2");
  await until(() => asked.includes("chat-2"));
  await kit.agents.backend.closeChat("chat-1");
  held.resolve();
  await (await opening).prompt(textPrompt("still here"));
  expect([host.text, unused]).toEqual(["still here", 0]);
  await kit.agents.backend.closeChat("chat-2");
  expect(unused).toBe(1);
});
