import type { Turn } from "../../shared/contract/chats.ts";
import { promptText } from "../../shared/prompt.ts";
import type { TimelineItem } from "../../shared/run-fold.ts";

/** Turns as text for a reader who wants to know what was said and done: without reasoning, and without what calls printed. */
export function chatText(turns: readonly Turn[]): string {
  return turns
    .map(({ run, timeline }) => {
      const said = timeline.items.map(itemText).filter((text) => text !== "");
      return [`Person: ${promptText(run.prompt)}`, `${run.agentId} (${run.status}):`, ...said].join("\n");
    })
    .join("\n\n");
}

function itemText(item: TimelineItem): string {
  switch (item.kind) {
    case "text":
      return item.text.trim();
    case "tool":
      return `[${item.tool.title} — ${item.error ? item.error.message.split("\n", 1)[0] : item.tool.status}]`;
    case "question":
      return `[asked: ${item.request.message}]`;
    default:
      return "";
  }
}
