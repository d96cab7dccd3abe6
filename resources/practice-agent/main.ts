#!/usr/bin/env node
import { randomUUID } from "node:crypto";
import os from "node:os";
import path from "node:path";
import { Writable } from "node:stream";
import * as acp from "@agentclientprotocol/sdk/unstable";
import { MemoryFolder, type Memory } from "./memory.ts";
import { parseScript } from "./instructions.ts";
import { performAll } from "./perform.ts";
import { promptText } from "./prompt-text.ts";
import { Cancelled, PracticeTurn } from "./turn.ts";
import { commands, listOfInstructions, models, modes, notUnderstood, tour } from "./words.ts";

// The practice agent: an ACP agent without a model. It ends when its standard input does.

const contextSize = 100_000;
const memories = new MemoryFolder(stateFolder());
const sessions = new Map<string, Memory>();
const turns = new Map<string, PracticeTurn>();
let capabilities: acp.ClientCapabilities = {};

const app = acp
  .agent({ name: "practice" })
  .onRequest(acp.methods.agent.initialize, ({ params }) => {
    capabilities = params.clientCapabilities ?? {};
    return {
      protocolVersion: acp.PROTOCOL_VERSION,
      agentInfo: { name: "practice", title: "Practice agent", version: "1.0.0" },
      agentCapabilities: {
        loadSession: true,
        promptCapabilities: { image: false, audio: false, embeddedContext: true },
        sessionCapabilities: { resume: {}, close: {} },
      },
      authMethods: [],
    };
  })
  .onRequest(acp.methods.agent.session.new, ({ params, client }) => {
    const sessionId = `practice-${randomUUID()}`;
    const memory: Memory = {
      sessionId,
      cwd: params.cwd,
      turns: 0,
      modeId: "ask",
      modelId: "steady",
      remembered: [],
      history: [],
    };
    sessions.set(sessionId, memory);
    memories.save(memory);
    tellCommands(client, sessionId);
    return { sessionId, ...choices(memory) };
  })
  .onRequest(acp.methods.agent.session.resume, ({ params, client }) => {
    const memory = recall(params.sessionId, params.cwd);
    tellCommands(client, params.sessionId);
    return choices(memory);
  })
  .onRequest(acp.methods.agent.session.load, async ({ params, client }) => {
    const memory = recall(params.sessionId, params.cwd);
    for (const { role, text } of memory.history) {
      const sessionUpdate = role === "user" ? "user_message_chunk" : "agent_message_chunk";
      await client.notify(acp.methods.client.session.update, {
        sessionId: memory.sessionId,
        update: { sessionUpdate, content: { type: "text", text } },
      });
    }
    tellCommands(client, params.sessionId);
    return choices(memory);
  })
  .onRequest(acp.methods.agent.session.close, ({ params }) => {
    turns.get(params.sessionId)?.cancel();
    sessions.delete(params.sessionId);
  })
  .onRequest(acp.methods.agent.session.setMode, async ({ params, client }) => {
    const memory = session(params.sessionId);
    if (!modes.some((mode) => mode.id === params.modeId)) throw acp.RequestError.invalidParams({ modeId: params.modeId });
    memory.modeId = params.modeId;
    memories.save(memory);
    await client.notify(acp.methods.client.session.update, {
      sessionId: memory.sessionId,
      update: { sessionUpdate: "current_mode_update", currentModeId: memory.modeId },
    });
    return {};
  })
  .onRequest(acp.methods.agent.session.setConfigOption, ({ params }) => {
    const memory = session(params.sessionId);
    const model = models.find((entry) => entry.value === params.value);
    if (params.configId !== "model" || !model) throw acp.RequestError.invalidParams({ configId: params.configId });
    memory.modelId = model.value;
    memories.save(memory);
    return { configOptions: choices(memory).configOptions };
  })
  .onRequest(acp.methods.agent.session.prompt, ({ params, client }) => takeTurn(session(params.sessionId), params.prompt, client))
  .onNotification(acp.methods.agent.session.cancel, ({ params }) => turns.get(params.sessionId)?.cancel());

const input = new ReadableStream<Uint8Array>({
  start(controller) {
    process.stdin.on("data", (chunk: Buffer) => controller.enqueue(chunk));
    process.stdin.on("end", () => controller.close());
  },
});
const connection = app.connect(acp.ndJsonStream(Writable.toWeb(process.stdout), input));
await connection.closed;
process.exit(0);

async function takeTurn(memory: Memory, prompt: acp.ContentBlock[], client: acp.AgentContext): Promise<acp.PromptResponse> {
  if (turns.has(memory.sessionId)) throw acp.RequestError.invalidRequest(undefined, "A turn is going on in this session");
  memory.turns += 1;
  const turn = new PracticeTurn({ client, memory, capabilities });
  turns.set(memory.sessionId, turn);
  const text = promptText(prompt, memory.cwd);
  try {
    await follow(turn, text.trim());
    return { stopReason: "end_turn", usage: await usage(turn, text) };
  } catch (error) {
    if (error instanceof Cancelled) return { stopReason: "cancelled", usage: await usage(turn, text) };
    throw error;
  } finally {
    turns.delete(memory.sessionId);
    memory.history.push({ role: "user", text }, { role: "agent", text: turn.spoken });
    memories.save(memory);
  }
}

async function follow(turn: PracticeTurn, text: string): Promise<void> {
  if (text === "/help") return turn.say(listOfInstructions);
  if (text === "/tour") return turn.say(tour);
  const script = parseScript(text);
  if (!script.ok) return turn.say(notUnderstood(script.line));
  return performAll(turn, script.instructions);
}

/** A token is taken to be four characters; the context is all that was said so far. */
async function usage(turn: PracticeTurn, prompt: string): Promise<acp.Usage> {
  const tokens = (text: string): number => Math.max(1, Math.ceil(text.length / 4));
  const inputTokens = tokens(prompt);
  const outputTokens = tokens(turn.spoken);
  const before = turn.memory.history.reduce((sum, entry) => sum + tokens(entry.text), 0);
  const used = Math.min(contextSize, before + inputTokens + outputTokens);
  await turn.send({ sessionUpdate: "usage_update", used, size: contextSize });
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}

function session(sessionId: string): Memory {
  const memory = sessions.get(sessionId);
  if (!memory) throw acp.RequestError.sessionNotFound(sessionId);
  return memory;
}

function recall(sessionId: string, cwd: string): Memory {
  const memory = sessions.get(sessionId) ?? memories.load(sessionId);
  if (!memory) throw acp.RequestError.sessionNotFound(sessionId);
  memory.cwd = cwd;
  sessions.set(sessionId, memory);
  return memory;
}

/** After the answer, as a client knows the session only then. */
function tellCommands(client: acp.AgentContext, sessionId: string): void {
  setTimeout(() => {
    const update = { sessionUpdate: "available_commands_update" as const, availableCommands: commands };
    client.notify(acp.methods.client.session.update, { sessionId, update }).catch(() => {
      // The client has gone; so will this process.
    });
  }, 0);
}

function choices(memory: Memory) {
  return {
    modes: { currentModeId: memory.modeId, availableModes: modes },
    configOptions: [
      {
        type: "select" as const,
        id: "model",
        name: "Model",
        category: "model" as const,
        currentValue: memory.modelId,
        options: models,
      },
    ],
  };
}

function stateFolder(): string {
  const given = process.argv.indexOf("--state");
  const folder = given === -1 ? undefined : process.argv[given + 1];
  return folder ?? path.join(process.env["XDG_STATE_HOME"] || path.join(os.homedir(), ".local", "state"), "practice-agent");
}
