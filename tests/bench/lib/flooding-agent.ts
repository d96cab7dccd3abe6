// An agent that has its lines ready: each prompt makes it write as many updates as its argument says, as fast as the pipe
// takes them, text and tool calls by turns.
import { createInterface } from "node:readline";
import { sessionId, updateLine } from "./update-lines.ts";

const answer = (id: unknown, result: unknown): boolean =>
  process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", id, result })}\n`);

const lines = Array.from({ length: Number(process.argv[2] ?? 1) }, (_, at) => updateLine(at)).join("\n");

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method } = JSON.parse(line) as { id?: unknown; method?: string };
  if (method === "initialize") answer(id, { protocolVersion: 1, agentCapabilities: {}, authMethods: [] });
  else if (method === "session/new") answer(id, { sessionId });
  else if (method === "session/prompt") flood(id);
  else if (id !== undefined) answer(id, {});
});
process.stdin.on("end", () => process.exit(0));

function flood(id: unknown): void {
  const end = JSON.stringify({ jsonrpc: "2.0", id, result: { stopReason: "end_turn" } });
  process.stdout.write(`${lines}\n${end}\n`);
}
