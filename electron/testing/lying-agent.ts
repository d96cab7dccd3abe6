import { spawn, type ChildProcess } from "node:child_process";
import { writeFileSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";

// An ACP agent that says it can do everything, and does it wrong: it asks nobody, mixes its sessions, doesn't stop,
// forgets what it is told as soon as it ends, refuses each choice, and counts its tokens over all turns.

type Message = { id?: number; method?: string; params?: Record<string, unknown> };

const sessions = new Map<string, { cwd: string; word: string }>();
const running: ChildProcess[] = [];
let tokens = 0;
let endTool: (() => void) | null = null;

const send = (message: object): void => void process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const say = (sessionId: string, text: string): void =>
  send({
    method: "session/update",
    params: { sessionId, update: { sessionUpdate: "agent_message_chunk", content: { type: "text", text } } },
  });

const model = {
  ...{ type: "select", id: "model", name: "Model", category: "model", currentValue: "one" },
  options: ["one", "two"].map((value) => ({ value, name: value })),
};

function open(sessionId: string, params: Record<string, unknown>): object {
  sessions.set(sessionId, { cwd: String(params["cwd"]), word: "nothing" });
  return { sessionId, configOptions: [model] };
}

function answer({ method, params = {} }: Message): object | { error: object } | null {
  const sessionId = String(params["sessionId"]);
  switch (method) {
    case "initialize":
      return {
        protocolVersion: 1,
        agentInfo: { name: "liar", version: process.argv[2] ?? "1" },
        agentCapabilities: {
          loadSession: true,
          sessionCapabilities: { resume: {} },
          promptCapabilities: { image: true },
        },
      };
    case "session/new":
      return open(`liar-${sessions.size}-${process.pid}`, params);
    case "session/load":
    case "session/resume":
      return open(sessionId, params);
    case "session/prompt":
      return null;
    default:
      return { error: { code: -32_602, message: "No" } };
  }
}

async function takeTurn(id: number, sessionId: string, words: string): Promise<void> {
  const session = sessions.get(sessionId);
  if (!session) return;
  const end = (stopReason: string): void => {
    tokens += 1000;
    send({ id, result: { stopReason, usage: { inputTokens: tokens, outputTokens: tokens / 100 } } });
  };
  const [, kept] = /Keep the word (\w+)/.exec(words) ?? [];
  if (kept !== undefined) session.word = kept;
  const [, file = "", before = "", after = ""] = /file (\S+) .+ "(.+?)" with "(.+?)"/.exec(words) ?? [];
  const [, command] = /wait for it to end: `(.+)`/.exec(words) ?? [];
  if (file !== "") {
    const whole = path.join(session.cwd, file);
    writeFileSync(whole, readFileSync(whole, "utf8").replace(before, after));
  } else if (command !== undefined) {
    const child = spawn("/bin/sh", ["-c", command], { cwd: session.cwd });
    running.push(child);
    await new Promise<void>((resolve) => {
      child.once("exit", resolve);
      endTool = resolve;
    });
  } else if (words.includes("numbers from one")) return say(sessionId, "one");
  const said = kept ?? (words.includes("Which word") ? session.word : (/Say the word (\w+)/.exec(words)?.[1] ?? "done"));
  for (const heard of words.includes("Say the word") ? sessions.keys() : [sessionId]) say(heard, said);
  end("end_turn");
}

createInterface({ input: process.stdin }).on("line", (line) => {
  const message = JSON.parse(line) as Message;
  if (message.method === "session/cancel") return endTool?.();
  if (message.id === undefined) return;
  const result = answer(message);
  if (result !== null) return send("error" in result ? { id: message.id, ...result } : { id: message.id, result });
  const blocks = message.params?.["prompt"] as { text?: string }[];
  const words = blocks.map(({ text = "" }) => text).join("\n");
  void takeTurn(message.id, String(message.params?.["sessionId"]), words);
});
process.stdin.on("end", () => {
  for (const child of running) child.kill("SIGKILL");
  process.exit(0);
});
