import { parentPort, workerData } from "node:worker_threads";
import { isTerminal } from "../../../shared/run-event.ts";
import { connectClient } from "./client.ts";

// Some readers of one chat, each on a connection of its own, in a thread of their own. Tells when all have seen a run's
// terminal event, and how many events each got of that run.
const { url, token, chatId, count } = workerData as { url: string; token: string; chatId: string; count: number };
const port = parentPort;
if (!port) throw new Error("This file is a worker");
const seen = new Map<string, { events: number; ended: number }>();

for (let reader = 0; reader < count; reader += 1) {
  const { rpc } = await connectClient({ url, token });
  const updates = await rpc.chats.watch({ id: chatId });
  void (async () => {
    for await (const update of updates) {
      if (update.type === "resync") port.postMessage({ type: "overflow" });
      if (update.type !== "events") continue;
      for (const event of update.events) {
        const of = seen.get(event.runId) ?? { events: 0, ended: 0 };
        of.events += 1;
        if (isTerminal(event)) of.ended += 1;
        seen.set(event.runId, of);
        if (isTerminal(event) && of.ended === count)
          port.postMessage({ type: "all", runId: event.runId, events: of.events / count });
      }
    }
  })();
}
port.postMessage({ type: "ready" });
