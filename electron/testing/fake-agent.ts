import { spawn } from "node:child_process";
import { closeSync, existsSync, writeFileSync, writeSync } from "node:fs";
import { createInterface } from "node:readline";

// An ACP agent that misbehaves on demand, for tests: its first argument is the mode, and a prompt whose text is a JSON
// list is done step by step. It writes its lines by hand, since no library would let it break the protocol.

const [mode = "normal", amount = "0"] = process.argv.slice(2);
const initializeModes = new Set(["silent", "version-2", "auth-initialize", "half-stall"]);
type Message = { id?: number | string; method?: string; params?: Record<string, unknown>; result?: unknown; error?: unknown };

let nextId = 1;
let turns = 0;
const waiting = new Map<number, (answer: Message) => void>();
const sessions = new Set<string>();
const mcpServers = new Map<string, unknown>();
/** Resolved by a cancel; most steps ignore it. */
let cancel = Promise.withResolvers<void>();
/** Resolved by the next prompt. */
let again = Promise.withResolvers<void>();

const write = (text: string): void => {
  const bytes = Buffer.from(text);
  let at = 0;
  while (at < bytes.length) {
    try {
      at += writeSync(1, bytes, at);
    } catch (error) {
      // A full pipe: whoever reads it makes room.
      if (!(error instanceof Error && "code" in error && error.code === "EAGAIN")) process.exit(0);
    }
  }
};
const send = (message: object): void => {
  const whole = { jsonrpc: "2.0", ...message };
  write(mode === "pretty" ? `${JSON.stringify(whole, null, 2)}\n` : `${JSON.stringify(whole)}\n`);
};
const update = (sessionId: string, body: object): void => send({ method: "session/update", params: { sessionId, update: body } });
const say = (sessionId: string, text: string): void =>
  update(sessionId, { sessionUpdate: "agent_message_chunk", content: { type: "text", text } });
const call = (method: string, params: object): Promise<Message> => {
  const id = nextId++;
  send({ id, method, params });
  return new Promise((resolve) => waiting.set(id, resolve));
};

/** Whether somebody has signed in, once for all processes: in a terminal; `authenticated` counts for this process only. */
const signedInFile = `${process.env["HOME"]}/signed-in`;
let authenticated = false;
if (mode === "locked" && process.argv.includes("--login")) {
  if (process.env["FAKE_LOGIN"] !== "1") process.exit(4);
  writeFileSync(signedInFile, "");
  process.exit(0);
}
if (mode === "crash-start") {
  console.error("no model configured");
  process.exit(3);
}
if (mode === "banner") for (let line = 1; line <= Number(amount); line += 1) write(`\u001b[32mbanner ${line}\u001b[0m\n`);
if (mode === "stderr") for (let line = 0; line < Number(amount); line += 1) writeSync(2, `noise ${line} ${"x".repeat(1000)}\n`);
if (mode === "deaf") process.on("SIGTERM", () => {});

const capabilities = {
  loadSession: !["forgetful", "resume-only"].includes(mode),
  sessionCapabilities: ["forgetful", "load-only", "late-history", "silent-load"].includes(mode)
    ? {}
    : { resume: {}, ...(mode === "closes" ? { close: {} } : {}) },
  promptCapabilities: { image: true },
};

async function handle(message: Message): Promise<void> {
  if (message.method === undefined) {
    const id = Number(message.id);
    waiting.get(id)?.(message);
    waiting.delete(id);
    return;
  }
  if (message.method === "session/cancel") cancel.resolve();
  if (message.id === undefined) return;
  const { id, params = {} } = message;
  const sessionId = String(params["sessionId"] ?? "");
  switch (message.method) {
    case "initialize":
      if (initializeModes.has(mode)) return misbehaveAtInitialize(id);
      return send({
        id,
        result: {
          protocolVersion: 1,
          agentCapabilities: capabilities,
          agentInfo: { name: "fake", version: "1.2.3" },
          authMethods: mode === "locked" ? authMethods(params) : [],
        },
      });
    case "authenticate":
      // For a person who never comes.
      if (amount === "waits") return;
      if (params["methodId"] !== "key") return send({ id, error: { code: -32602, message: "Enter the code WXYZ-1234 first" } });
      authenticated = true;
      return send({ id, result: {} });
    case "session/new": {
      if (mode === "locked" && !authenticated && !existsSync(signedInFile))
        return send({ id, error: { code: -32000, message: "Sign in with the code WXYZ-1234" } });
      if (mode === "auth") return send({ id, error: { code: -32000, message: "Authentication required" } });
      const made = `fake-${process.pid}-${sessions.size + 1}`;
      sessions.add(made);
      mcpServers.set(made, params["mcpServers"]);
      // Before the answer, as some agents do.
      update(made, {
        sessionUpdate: "available_commands_update",
        availableCommands: [{ name: "early", description: "Told before the answer" }],
      });
      send({ id, result: { sessionId: made, ...choices } });
      if (mode === "unreading" || mode === "unreading-storm") process.stdin.pause();
      // More answers than anybody keeps for one that doesn't read them.
      if (mode === "unreading-storm")
        for (let sent = 0; sent < 200_000; sent += 1) void call("fs/read_text_file", { sessionId: made });
      return;
    }
    case "session/resume":
    case "session/load":
      if (mode === "amnesiac") return send({ id, error: { code: -32002, message: "No such session" } });
      if (mode === "crash-resume") return process.exit(9);
      sessions.add(sessionId);
      mcpServers.set(sessionId, params["mcpServers"]);
      if (message.method === "session/load" && mode !== "silent-load") {
        update(sessionId, { sessionUpdate: "user_message_chunk", content: { type: "text", text: "what was asked" } });
        say(sessionId, "what was said");
      }
      send({ id, result: choices });
      if (mode === "late-history") setTimeout(() => say(sessionId, "and what was said last"), 5);
      return;
    case "session/set_config_option":
      if (params["value"] === "broken") return send({ id, error: { code: -32603, message: "The model server refused it" } });
      return send({ id, result: choices });
    case "session/close":
      return send({ id, ...(mode === "closes" ? { result: {} } : { error: { code: -32601, message: "Method not found" } }) });
    case "session/prompt":
      again.resolve();
      again = Promise.withResolvers();
      return prompt(id, sessionId, params["prompt"]);
    default:
      send({ id, error: { code: -32601, message: "Method not found" } });
  }
}

const choices = {
  configOptions: [
    {
      id: "model",
      name: "Model",
      category: "model",
      type: "select",
      currentValue: "small",
      options: [
        { value: "small", name: "Small" },
        { value: "large", name: "Large" },
        { value: "broken", name: "Broken" },
      ],
    },
  ],
};

function authMethods({ clientCapabilities }: Record<string, unknown>): object[] {
  const terminal = JSON.stringify(clientCapabilities).includes('"auth":{"terminal":true}');
  const inTerminal = { type: "terminal", id: "tty", name: "In a terminal", args: ["--login"], env: { FAKE_LOGIN: "1" } };
  return [{ id: "key", name: "With a key" }, { id: "refused", name: "With a code" }, ...(terminal ? [inTerminal] : [])];
}

function misbehaveAtInitialize(id: number | string): void {
  if (mode === "version-2") send({ id, result: { protocolVersion: 2, capabilities: {} } });
  if (mode === "auth-initialize") send({ id, error: { code: -32000, message: "Please sign in first" } });
  if (mode === "half-stall") write('{"jsonrpc":"2.0","id":');
}

type ScriptStep =
  | { say: string }
  | { update: object }
  | { raw: string }
  | { hex: string }
  | { call: string; params: object; unheard?: true }
  | { env: true }
  | { mcpServers: true }
  | { exit: number }
  | { kill: string }
  | { hang: true }
  | { untilCancelled: true }
  | { untilAgain: true }
  | { after: ScriptStep[] }
  | { spawn: string }
  | { write: string; text: string }
  | { storm: number }
  | { flood: number; chars: number }
  | { longline: number }
  | { closeOutput: true }
  | { foreign: string }
  | { late: string }
  | { fail: { code: number; message: string } };

async function prompt(id: number | string, sessionId: string, blocks: unknown): Promise<void> {
  turns += 1;
  cancel = Promise.withResolvers();
  const text = Array.isArray(blocks) ? blocks.map((block: { text?: string }) => block.text ?? "").join("") : "";
  const steps: ScriptStep[] = text.startsWith("[") ? JSON.parse(text) : [{ say: text }];
  for (const step of steps) {
    const failed = await perform(step, sessionId);
    if (failed) return send({ id, error: failed });
  }
  const stopReason = steps.some((step) => "untilCancelled" in step) ? "cancelled" : "end_turn";
  send({ id, result: { stopReason, usage: { inputTokens: 10, outputTokens: 2, totalTokens: 12 } } });
  for (const step of steps) {
    if ("late" in step) say(sessionId, step.late);
    if ("after" in step) for (const later of step.after) await perform(later, sessionId);
  }
}

async function perform(step: ScriptStep, sessionId: string): Promise<{ code: number; message: string } | null> {
  if ("say" in step) say(sessionId, step.say);
  if ("update" in step) update(sessionId, step.update);
  if ("raw" in step) write(step.raw);
  if ("hex" in step) write0(Buffer.from(step.hex, "hex"));
  if ("foreign" in step)
    update("another-session", { sessionUpdate: "agent_message_chunk", content: { type: "text", text: step.foreign } });
  if ("mcpServers" in step) say(sessionId, JSON.stringify(mcpServers.get(sessionId)));
  if ("env" in step) say(sessionId, JSON.stringify(process.env));
  if ("call" in step) {
    const answer = call(step.call, { sessionId, ...step.params });
    if (step.unheard) return null;
    const { result, error } = await answer;
    say(sessionId, `${JSON.stringify(error === undefined ? { result } : { error })}\n`);
  }
  if ("spawn" in step) spawn("/bin/sh", ["-c", step.spawn], { stdio: "inherit" });
  if ("write" in step) writeFileSync(step.write, step.text);
  if ("storm" in step)
    await Promise.all(Array.from({ length: step.storm }, () => call("fs/read_text_file", { sessionId, path: "/nowhere" })));
  if ("flood" in step) for (let sent = 0; sent < step.flood; sent += 1) say(sessionId, "y".repeat(step.chars));
  if ("longline" in step) for (let sent = 0; sent < step.longline; sent += 65_536) write("x".repeat(65_536));
  if ("closeOutput" in step) closeSync(1);
  if ("exit" in step) process.exit(step.exit);
  if ("kill" in step) process.kill(process.pid, step.kill);
  if ("untilCancelled" in step) await cancel.promise;
  if ("untilAgain" in step) await again.promise;
  if ("hang" in step) await new Promise(() => {});
  return "fail" in step ? step.fail : null;
}

/** One byte at a time, so that characters are split between chunks. */
function write0(bytes: Buffer): void {
  for (const byte of bytes) writeSync(1, Buffer.from([byte]));
}

const input = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
input.on("line", (line) => void handle(JSON.parse(line)));
input.on("close", () => mode !== "deaf" && process.exit(0));
// Something to keep a deaf one alive once its input is closed.
if (["deaf", "unreading", "unreading-storm"].includes(mode)) setInterval(() => {}, 1000);
