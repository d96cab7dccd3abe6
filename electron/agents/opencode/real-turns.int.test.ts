import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { openAgentKit, TestHost, textPrompt, type AgentKit } from "../../testing/agent-kit.ts";
import { startModelServer, type ModelReply, type ModelRequest, type ModelServer } from "../../testing/model-server.ts";
import { findRealAgent, offlineEnv, prepareAgentHome } from "../../testing/real-agents.ts";

// What the program itself tells as a server of turns that aren't plain ones.

const agentId = "opencode";
const pixel = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe.runIf(findRealAgent(agentId) !== null)("what the real opencode tells as a server", () => {
  let model: ModelServer;
  let kit: AgentKit;
  let host: TestHost;
  let asked = 0;

  function answer({ words }: ModelRequest): ModelReply {
    asked += 1;
    if (words.includes("busy") && asked === 1) return { status: 429 };
    if (words.includes("fill")) return { text: ["It is full."], promptTokens: 99_000 };
    return { text: ["You said: ", words.slice(-30)] };
  }

  beforeAll(async () => {
    model = await startModelServer(answer);
    kit = openAgentKit();
    const shell = { env: prepareAgentHome(path.join(kit.dir, "home"), model.url), source: "shell" as const, problem: null };
    kit.deps.shell.get = async () => shell;
    kit.deps.shell.known = () => shell;
    kit.agents.patchConfig({ [agentId]: { env: offlineEnv[agentId](model.url) } });
    // Not in the project: opencode installs a plugin into each such folder, from the network.
    const commands = path.join(kit.dir, "home/.config/opencode/command");
    mkdirSync(commands, { recursive: true });
    writeFileSync(path.join(commands, "greet.md"), "---\ndescription: Greets somebody\n---\nSay good morning to $ARGUMENTS");
  });
  beforeEach(() => {
    host = new TestHost();
    asked = 0;
  });
  afterAll(async () => {
    await kit?.dispose();
    await model?.close();
  });

  const last = (): string => model.requests.findLast(({ tools }) => tools.length > 0)?.transcript.join("\n") ?? "";

  it("tells which attempt at the model failed, and why, while it tries again", async () => {
    const session = await kit.open(host, agentId, "chat-1");
    expect(await session.prompt(textPrompt("are you busy"))).toMatchObject({ ok: true, value: { reason: "done" } });
    expect(host.updates.filter(({ type }) => type === "notice")).toEqual([
      { type: "notice", kind: "retry", message: expect.stringMatching(/scripted 429.*attempt 1 failed, the next is in \d+ s/) },
    ]);
    expect(host.text).toBe("You said: are you busy");
  });

  it("runs a command of the person's with its arguments", async () => {
    const session = await kit.open(host, agentId, "chat-2");
    expect(session.options.commands).toContainEqual(expect.objectContaining({ name: "greet", description: "Greets somebody" }));
    expect(await session.prompt(textPrompt("/greet the heron"))).toMatchObject({ ok: true });
    expect(last()).toContain("Say good morning to the heron");
    expect(host.text).toBe("You said: Say good morning to the heron");
  });

  it("shows the model an image of the prompt", async () => {
    const session = await kit.open(host, agentId, "chat-3");
    const blocks = [
      { type: "text" as const, text: "what is this" },
      { type: "image" as const, mimeType: "image/png", data: pixel },
    ];
    expect(await session.prompt(textPrompt("", { blocks }))).toMatchObject({ ok: true });
    expect(last()).toContain("[image]");
  });

  it("tells of a compaction, and takes its summary for no answer", async () => {
    const session = await kit.open(host, agentId, "chat-4");
    await session.prompt(textPrompt("please fill it"));
    expect(host.updates.filter(({ type }) => type === "compacted")).toHaveLength(1);
    // The model was asked for a summary, answered with the text for side jobs, and was told to go on.
    expect(last()).toContain("Scripted title");
    expect(host.text).toBe("It is full.You said: you are unsure how to proceed.");
    expect(await session.prompt(textPrompt("go on"))).toMatchObject({ ok: true });
  });
});
