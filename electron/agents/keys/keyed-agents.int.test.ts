import { afterEach, expect, it } from "vitest";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { until } from "../../testing/until.ts";

let kit: AgentKit;
afterEach(() => kit.dispose());

const secret = "sk-hidden-0123456789";

async function environmentOf(agentId: string, chatId: string): Promise<Record<string, string>> {
  const host = new TestHost();
  await (await kit.open(host, agentId, chatId)).prompt(textPrompt([{ env: true }]));
  return JSON.parse(host.text);
}

it("gives a key to its agent's children alone, from the next session on, and hears it from none", async () => {
  kit = openAgentKit({ modes: { fake: [], other: [] }, env: { OPENAI_API_KEY: "from-the-shell" } });
  expect(await environmentOf("fake", "chat-1")).not.toHaveProperty("OPENAI_API_KEY");
  expect(await kit.agents.keyed.set("fake", "OPENAI_API_KEY", secret)).toMatchObject({
    value: { keys: [{ name: "OPENAI_API_KEY", state: "this-run" }] },
  });
  expect(await environmentOf("fake", "chat-1")).toMatchObject({ OPENAI_API_KEY: "[secret]" });
  expect(await environmentOf("other", "chat-2")).not.toHaveProperty("OPENAI_API_KEY");
  await until(() => kit.agents.get("fake")?.askingSince === null);
  const diagnostic = kit.agents.diagnostic("fake");
  expect(diagnostic).toMatchObject({ value: { text: expect.stringContaining("OPENAI_API_KEY (this-run)") } });
  expect(JSON.stringify([diagnostic, kit.announced, kit.agents.list()])).not.toContain(secret);
  await kit.agents.keyed.remove("fake", "OPENAI_API_KEY");
  expect(await environmentOf("fake", "chat-3")).not.toHaveProperty("OPENAI_API_KEY");
  expect(await kit.agents.keyed.set("nobody", "OPENAI_API_KEY", secret)).toMatchObject({ error: { code: "AGENT_NOT_FOUND" } });
});
