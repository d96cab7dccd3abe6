import { appendFileSync, existsSync, readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/**
 * An MCP server over stdio, with nothing of anybody's SDK. Its tools: `tell` says `word`, `who` its pid, the calls it had
 * and where it began, `wait` answers once the file `go` is there, with progress until then, `die` ends it. With `--mark FILE` it
 * writes its pid there as it starts; `--tools FILE` has descriptions of further tools, by name, read at each list;
 * `--instructions FILE` has how it says that it is to be used; `--silent` answers nothing; `--fails` says the word as what went wrong; `--asks` asks its client for its roots before it answers `tell`.
 */
const argument = (name: string): string | null => {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? null : (process.argv[at + 1] ?? "");
};
const mark = argument("mark");
if (mark !== null) appendFileSync(mark, `${process.pid}\n`);
const instructions = argument("instructions");
const word = process.env["WORD"] ?? "kittiwake";
let calls = 0;
let asked = 0;
const waiting = new Map<string, (answer: unknown) => void>();
const cancelled = new Set<unknown>();

type Message = { id?: number | string; method?: string; params?: Record<string, unknown>; result?: unknown };
const say = (message: object): void => void process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
const text = (words: string): object => ({ content: [{ type: "text", text: words }] });

function tools(): object[] {
  const file = argument("tools");
  const more = file !== null && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Record<string, string>) : {};
  const all = { tell: "Tells the word", who: "Tells which process it is", wait: "Waits", die: "Ends", ...more };
  return Object.entries(all).map(([name, description]) => ({
    name,
    description,
    inputSchema: { type: "object", properties: {} },
  }));
}

async function call(id: unknown, { name, arguments: given, _meta }: Record<string, unknown>): Promise<object> {
  calls += 1;
  if (name === "die") process.exit(3);
  if (name === "who") return text(JSON.stringify({ pid: process.pid, calls, cwd: process.cwd(), env: Object.keys(process.env) }));
  if (name === "wait") {
    const { go = "" } = (given ?? {}) as { go?: string };
    const progressToken = (_meta as { progressToken?: unknown } | undefined)?.progressToken;
    for (let progress = 1; !existsSync(go) && !cancelled.has(id); progress += 1) {
      if (progressToken !== undefined) say({ method: "notifications/progress", params: { progressToken, progress } });
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    return text(cancelled.has(id) ? "cancelled" : "gone on");
  }
  if (process.argv.includes("--fails")) return { ...text(word), isError: true };
  if (!process.argv.includes("--asks")) return text(word);
  const own = `ask-${(asked += 1)}`;
  say({ id: own, method: "roots/list" });
  return text(JSON.stringify(await new Promise((resolve) => waiting.set(own, resolve))));
}

async function answer({ id, method, params = {} }: Message): Promise<object | null> {
  switch (method) {
    case "initialize":
      return {
        protocolVersion: params["protocolVersion"],
        capabilities: { tools: { listChanged: true }, logging: {}, resources: { subscribe: true } },
        serverInfo: { name: "tool-server", version: "1.2.3" },
        ...(instructions === null || !existsSync(instructions) ? {} : { instructions: readFileSync(instructions, "utf8") }),
      };
    case "tools/list":
      return { tools: tools() };
    case "tools/call":
      return call(id, params);
    case "ping":
      return {};
    default:
      return null;
  }
}

if (!process.argv.includes("--silent"))
  createInterface({ input: process.stdin }).on("line", (line) => {
    const message = JSON.parse(line) as Message;
    if (message.method === undefined) return waiting.get(String(message.id))?.(message.result ?? message);
    if (message.method === "notifications/cancelled") cancelled.add(message.params?.["requestId"]);
    if (message.id === undefined) return;
    void answer(message).then((result) =>
      say(result ? { id: message.id, result } : { id: message.id, error: { code: -32_601, message: `No ${message.method}` } }),
    );
  });
