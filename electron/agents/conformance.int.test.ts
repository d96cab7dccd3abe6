import { afterEach, describe, expect, it } from "vitest";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../testing/agent-kit.ts";
import { memoryKind, type ScriptStep } from "../testing/memory-backend.ts";
import { until } from "../testing/until.ts";
import { backendKinds } from "./catalog.ts";
import type { AgentDefinition } from "./definition.ts";
import { noEnforcement } from "./enforcement.ts";

// What everybody who runs agents relies on, whatever the agent is: each kind of backend passes the same tests.

const definition: Omit<AgentDefinition, "id" | "transports"> = {
  kind: "memory",
  label: "Memory",
  description: "",
  homepage: null,
  installHint: null,
  package: null,
  managed: null,
  licence: null,
  login: null,
  tui: null,
  adapterFor: null,
  wellKnown: false,
  forPractice: false,
  source: "built-in",
  enabled: true,
  programs: [],
  env: {},
  passEnv: [],
  secretEnv: [],
  secretUser: null,
  shares: true,
  silenceLimitSeconds: null,
  sharesByPerson: false,
  models: null,
  enforcement: { ...noEnforcement, asks: "yes" },
  leavesCommands: false,
  offers: { readTextFile: true, writeTextFile: true, terminal: true },
  commandPlaces: [],
};

const kinds = [
  { kind: "acp", open: () => openAgentKit({ modes: { able: ["resume-only"], forgetful: ["forgetful"] } }), script: toAcp },
  {
    kind: "memory",
    open: () =>
      openAgentKit({
        kinds: { ...backendKinds, memory: memoryKind },
        builtIn: [
          { ...definition, id: "able", transports: [] },
          { ...definition, id: "forgetful", transports: [{ protocol: "acp", args: ["forgetful"] }] },
        ],
      }),
    script: (steps: ScriptStep[]): object[] => steps,
  },
];

/** The same in what the fake agent on the wire understands. */
function toAcp(steps: ScriptStep[]): object[] {
  return steps.map((step) => {
    if ("tool" in step) {
      const { id, title, status } = step.tool;
      const sessionUpdate = status === "completed" ? "tool_call_update" : "tool_call";
      return { update: { sessionUpdate, toolCallId: id, title, kind: "other", status } };
    }
    if ("ask" in step) {
      const { toolCallId, command } = step.ask;
      const toolCall = { toolCallId, title: `Run ${command}`, kind: "execute", rawInput: { command } };
      const options = [
        { optionId: "yes", kind: "allow_once", name: "Yes" },
        { optionId: "no", kind: "reject_once", name: "No" },
      ];
      return { call: "session/request_permission", params: { toolCall, options } };
    }
    if ("crash" in step) return { exit: 3 };
    return "after" in step ? { after: toAcp(step.after) } : step;
  });
}

let kit: AgentKit;
afterEach(() => kit.dispose());

describe.each(kinds)("an agent of the kind $kind", ({ kind, open, script }) => {
  const prompt = (...steps: ScriptStep[]) => textPrompt(script(steps));
  const begin = async (agentId = "able") => {
    kit = open();
    const host = new TestHost();
    return { host, session: await kit.open(host, agentId) };
  };

  it("is listed with what it can, and shown with its processes, where it has any", async () => {
    const { session } = await begin();
    await kit.agents.choose("forgetful");
    await until(() => kit.agents.list().every((agent) => agent.status === "ready" || !["able", "forgetful"].includes(agent.id)));
    const capabilities = kit.agents.capabilities();
    expect(capabilities.find(({ agentId }) => agentId === "able")).toMatchObject({ resume: true, load: false });
    expect(capabilities.find(({ agentId }) => agentId === "forgetful")).toMatchObject({ resume: false, load: false });
    expect(kit.agents.diagnostic("able")).toMatchObject({
      ok: true,
      value: { text: expect.stringContaining("handshake: ready") },
    });
    expect(
      kit.agents
        .processes()
        .filter(({ agentId }) => agentId === "able")
        .map(({ pid }) => pid),
    ).toEqual(session.pid === null ? [] : [session.pid]);
    expect(await kit.agents.refresh(["able"])).toMatchObject({ ok: true, value: [{ id: "able", status: "ready" }] });
  });

  it("opens once and stays warm; its words come in their order to who opened it for the turn", async () => {
    const { host, session } = await begin();
    expect([session.how, kit.agents.backend.outlook("chat-1", "able")]).toEqual(["new", "warm"]);
    expect(await session.prompt(prompt({ say: "one " }, { say: "two" }))).toMatchObject({ ok: true, value: { reason: "done" } });
    const next = new TestHost();
    const again = await kit.open(next, "able");
    expect([again.how, again.agentSessionId]).toEqual(["warm", session.agentSessionId]);
    await again.prompt(prompt({ say: "three" }));
    expect([host.text, next.text]).toEqual(["one two", "three"]);
  });

  it("asks for permission and hears the answer", async () => {
    const { host, session } = await begin();
    await session.prompt(prompt({ ask: { toolCallId: "c", command: "make" } }));
    expect(host.asks).toMatchObject([{ title: "Run make", action: { kind: "execute", command: "make" } }]);
    host.answer = () => ({ kind: "selected", optionId: "no", allowed: false });
    await session.prompt(prompt({ ask: { toolCallId: "d", command: "make clean" } }));
    expect(host.text.match(/yes|no\b/g)).toEqual(["yes", "no"]);
  });

  it("ends as cancelled when told to, with what it asks", async () => {
    const { host, session } = await begin();
    const asked = Promise.withResolvers<AbortSignal>();
    host.requestPermission = (_ask, signal) => {
      asked.resolve(signal);
      return new Promise((resolve) => signal.addEventListener("abort", () => resolve({ kind: "cancelled" })));
    };
    const going = session.prompt(prompt({ ask: { toolCallId: "c", command: "make" } }, { untilCancelled: true }));
    const signal = await asked.promise;
    expect(signal.aborted).toBe(false);
    await session.cancel();
    expect(await going).toMatchObject({ ok: true, value: { reason: "cancelled" } });
    expect(signal.aborted).toBe(true);
    expect(await session.prompt(prompt({ say: "next" }))).toMatchObject({ ok: true, value: { reason: "done" } });
  });

  it("takes one turn at a time, and says so as a value", async () => {
    const { session } = await begin();
    const going = session.prompt(prompt({ untilCancelled: true }));
    expect(kit.agents.agentSessions(["chat-1"])).toMatchObject([{ status: "busy" }]);
    expect(await session.prompt(prompt({ say: "beside" }))).toMatchObject({ ok: false, error: { type: "failed" } });
    await session.cancel();
    await going;
    expect(kit.agents.agentSessions(["chat-1"])).toMatchObject([{ status: "ready" }]);
  });

  it("is heard after its turn by who had the turn, also when it asks", async () => {
    const { host, session } = await begin();
    await session.prompt(
      prompt({ say: "ends" }, { after: [{ say: " late" }, { ask: { toolCallId: "bg", command: "deploy" } }] }),
    );
    await until(() => host.text.includes("yes"));
    expect(host.text).toContain("ends late");
    expect(host.asks).toMatchObject([{ action: { command: "deploy" } }]);
    const next = new TestHost();
    await (await kit.open(next, "able")).prompt(prompt({ say: "next" }));
    expect(next.text).toBe("next");
  });

  it("gives each of its calls a name of its own", async () => {
    const { host, session } = await begin();
    const call = (title: string): ScriptStep[] => [
      { tool: { id: "call_0", title, status: "in_progress" } },
      { tool: { id: "call_0", title, status: "completed" } },
    ];
    await session.prompt(prompt(...call("first"), ...call("second")));
    const tools = host.updates.flatMap((update) => (update.type === "tool" ? [update.tool] : []));
    const ids = tools.map((tool) => tool.id);
    expect(tools.map((tool) => tool.title)).toEqual(["first", "first", "second", "second"]);
    expect([ids[0] === ids[1], ids[2] === ids[3], ids[1] === ids[2]]).toEqual([true, true, false]);
  });

  it("is killed in its turn, and resumed with its memory", async () => {
    const { host, session } = await begin();
    const going = session.prompt(prompt({ say: "here" }, { untilCancelled: true }));
    await until(() => host.text === "here");
    await session.kill();
    expect(await going).toMatchObject({ ok: false, error: { type: "killed" } });
    expect(kit.agents.backend.outlook("chat-1", "able")).toBe("resumes");
    expect(await kit.open(host, "able")).toMatchObject({ how: "resumed", agentSessionId: session.agentSessionId });
  });

  it("that crashes in its turn is said to have, and resumed", async () => {
    const { host, session } = await begin();
    expect(await session.prompt(prompt({ crash: true }))).toMatchObject({ ok: false, error: { type: "crashed" } });
    expect(kit.agents.agentSessions(["chat-1"])).toMatchObject([{ status: "crashed" }]);
    expect((await kit.open(host, "able")).how).toBe("resumed");
  });

  it("that can't resume says that its memory is lost", async () => {
    const { host, session } = await begin("forgetful");
    await session.prompt(prompt({ say: "remember" }));
    await session.kill();
    expect(kit.agents.backend.outlook("chat-1", "forgetful")).toBe("memory-lost");
    expect((await kit.open(host, "forgetful")).how).toBe("memory-lost");
  });

  it("is closed with its chat, and with its working copy", async () => {
    const { host, session } = await begin();
    await session.prompt(prompt({ say: "hi" }));
    await kit.agents.backend.closeChat("chat-1");
    expect(kit.agents.agentSessions(["chat-1"])).toMatchObject([{ status: "closed", outlook: "resumes" }]);
    await kit.open(host, "able");
    await kit.agents.backend.closeWorkingCopy(kit.workingCopy);
    expect(kit.agents.agentSessions(["chat-1"])).toMatchObject([{ status: "closed" }]);
    expect(kit.agents.processes()).toEqual([]);
  });

  it("isn't opened for who has given up", async () => {
    kit = open();
    expect(await kit.tryOpen(new TestHost(), "able", "chat-1", AbortSignal.abort())).toMatchObject({
      ok: false,
      error: { type: "cancelled" },
    });
    expect(await kit.tryOpen(new TestHost(), `no-${kind}`)).toMatchObject({ ok: false, error: { type: "unavailable" } });
  });
});
