import { afterEach, beforeEach, expect, it } from "vitest";
import type { CurrentChoice } from "../../../shared/contract/agents.ts";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";

let kit: AgentKit;
let host: TestHost;

beforeEach(() => {
  host = new TestHost();
  kit = openAgentKit();
});
afterEach(() => kit.dispose());

const current = (): CurrentChoice | null | undefined => kit.agents.agentSessions(["chat-1"])[0]?.current;

it("gives the agent's default back after a turn with a choice: model and mode alike", async () => {
  const session = await kit.open(host, "practice");
  expect(current()).toEqual({ modelId: "steady", modeId: "ask", thinkingLevel: null });
  await session.prompt(textPrompt("say one", { modeId: "code", modelId: "swift" }));
  expect(current()).toEqual({ modelId: "swift", modeId: "code", thinkingLevel: null });
  await session.prompt(textPrompt("create a.txt: one"));
  expect(current()).toEqual({ modelId: "steady", modeId: "ask", thinkingLevel: null });
  expect(host.asks).toHaveLength(1);
  expect(kit.agents.get("practice")?.options.defaults).toEqual({ modelId: "steady", modeId: "ask", thinkingLevel: null });
});

it("knows it after the session was resumed in another process", async () => {
  const session = await kit.open(host, "practice");
  await session.prompt(textPrompt("say one", { modeId: "code" }));
  await session.kill();
  const again = await kit.open(host, "practice");
  expect(again.how).toBe("resumed");
  expect(current()?.modeId).toBe("code");
  await again.prompt(textPrompt("say two"));
  expect(current()?.modeId).toBe("ask");
});

it("puts the agent into the first mode of its policy that it offers, unless one is chosen", async () => {
  kit.agents.patchConfig({ practice: { policyModes: { plan: ["none-such", "code"] } } });
  const session = await kit.open(host, "practice");
  await session.prompt(textPrompt("say one", { policy: "plan" }));
  expect(current()?.modeId).toBe("code");
  await session.prompt(textPrompt("say two", { policy: "plan", modeId: "ask" }));
  expect(current()?.modeId).toBe("ask");
  await session.prompt(textPrompt("say three", { policy: "plan" }));
  await session.prompt(textPrompt("say four", { policy: "ask" }));
  expect(current()?.modeId).toBe("ask");
});

it("says that the agent isn't known to ask where it offers none of its modes, and takes no turn under plan", async () => {
  kit.agents.patchConfig({ practice: { policyModes: { plan: ["none-such"], ask: ["none-such"] } } });
  const session = await kit.open(host, "practice");
  expect(await session.prompt(textPrompt("say one", { policy: "plan" }))).toMatchObject({
    ok: false,
    error: { type: "unsupported" },
  });
  expect(await session.prompt(textPrompt("say one", { policy: "ask" }))).toMatchObject({ ok: true });
  expect(host.updates).toContainEqual(expect.objectContaining({ type: "notice", kind: "warning" }));
});
