// An agent that says what its prompt tells it to, as fast as that says: `{"text", "chars", "everyMs", "holdMs"}` is a text in
// pieces of so many characters, and how long the turn goes on when all is said.
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";

/** `everyMs` 0: all at once. */
export type Telling = { text: string; chars: number; everyMs: number; holdMs: number };

const sessionId = "telling";
const write = (message: object): boolean => process.stdout.write(`${JSON.stringify({ jsonrpc: "2.0", ...message })}\n`);
let cancelled = false;

createInterface({ input: process.stdin }).on("line", (line) => {
  const { id, method, params } = JSON.parse(line) as { id?: unknown; method?: string; params?: { prompt?: { text?: string }[] } };
  if (method === "initialize") write({ id, result: { protocolVersion: 1, agentCapabilities: {}, authMethods: [] } });
  else if (method === "session/new") write({ id, result: { sessionId } });
  else if (method === "session/cancel") cancelled = true;
  else if (method === "session/prompt") void tell(id, JSON.parse(params?.prompt?.at(-1)?.text ?? "{}") as Telling);
  else if (id !== undefined) write({ id, result: {} });
});
process.stdin.on("end", () => process.exit(0));

/** Late ones catch up, so that the speed is the one that was asked for. */
async function tell(id: unknown, { text, chars, everyMs, holdMs }: Telling): Promise<void> {
  cancelled = false;
  const begun = performance.now();
  for (let at = 0; at < text.length && !cancelled; at += chars) {
    const content = { type: "text", text: text.slice(at, at + chars) };
    write({ method: "session/update", params: { sessionId, update: { sessionUpdate: "agent_message_chunk", content } } });
    const early = begun + (at / chars) * everyMs - performance.now();
    if (early > 0) await setTimeout(early);
  }
  if (!cancelled) await setTimeout(holdMs);
  write({ id, result: { stopReason: cancelled ? "cancelled" : "end_turn" } });
}
