import type { Queue, Turn } from "../../shared/contract/chats.ts";
import type { OutboxItem } from "./outbox.ts";

/** The core's clock and the page's may differ by this. */
const clockSlackMs = 2_000;

/** What of a chat still has to be shown as on its way: what the core tells of already may still lack its answer. */
export function onTheWay(items: readonly OutboxItem[], chatId: string, turns: readonly Turn[], queue: Queue): OutboxItem[] {
  return items.filter((item) => {
    if (item.chatId !== chatId || item.returned) return false;
    const text = JSON.stringify(item.prompt);
    const isIt = (prompt: unknown, createdAt: string): boolean =>
      Date.parse(createdAt) >= item.at - clockSlackMs && JSON.stringify(prompt) === text;
    return (
      !turns.slice(-5).some(({ run }) => isIt(run.prompt, run.createdAt)) &&
      !queue.items.some((queued) => isIt(queued.prompt, queued.createdAt))
    );
  });
}
