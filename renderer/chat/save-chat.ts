import type { Turn, TurnsPage } from "../../shared/contract/chats.ts";
import { desktop } from "../desktop-bridge.ts";
import { rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";
import { beforeTurns, withEarlier } from "../stores/chat-state.ts";
import { turnMarkdown } from "../timeline/turn-markdown.ts";
import { toast } from "../ui/toast.tsx";
import { fileName } from "./file-name.ts";

const pageSize = 100;

/** Loads all of the chat and gives it to the browser to save, as `<title>.md`; the desktop window, which lets no page download, to the clipboard. Throws what the core answers. */
export async function saveChat(chatId: string): Promise<void> {
  const turns = await allTurns(chatId);
  const app = useApp.getState().app;
  const chat = app?.chats.find((one) => one.id === chatId);
  const session = app?.sessions.find((one) => one.id === chat?.sessionId);
  const title = chat?.title || session?.title || `Chat ${chat?.tabNumber ?? ""}`.trim();
  const project = app?.projects.find((one) => one.id === session?.projectId);
  const labelOf = (agentId: string): string => app?.agents.find((agent) => agent.id === agentId)?.label ?? agentId;
  const text = chatMarkdown(title, [project?.name, session?.title].filter(Boolean).join(" ▸ "), turns, labelOf);
  const count = turns.length === 1 ? "1 turn" : `${turns.length} turns`;
  if (desktop) {
    await navigator.clipboard.writeText(text);
    toast({ title: `Copied ${count} as Markdown` });
    return;
  }
  download(`${fileName(title)}.md`, text);
  toast({ title: `Exported ${count}` });
}

/** A whole chat as one document: its title, where it was held, and its turns in order. */
function chatMarkdown(title: string, place: string, turns: readonly Turn[], labelOf: (agentId: string) => string): string {
  const head = place === "" ? `# ${title}\n` : `# ${title}\n\n${place}\n`;
  return [head, ...turns.map((turn) => turnMarkdown(turn, labelOf(turn.run.agentId)))].join("\n---\n\n");
}

async function allTurns(chatId: string): Promise<Turn[]> {
  let all: TurnsPage = { turns: [], more: true };
  while (all.more) all = withEarlier(all, await rpc.chats.timeline({ id: chatId, limit: pageSize, ...beforeTurns(all.turns) }));
  return all.turns;
}

function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: "text/markdown" }));
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  // The browser reads it after this turn.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
