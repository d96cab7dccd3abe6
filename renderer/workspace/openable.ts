import { openTab, paneOfTab } from "../../shared/layout.ts";
import { tabKey, type Tab } from "../../shared/layout-tree.ts";
import { useApp } from "../stores/app.ts";
import { changeLayout, getLayout } from "../stores/layout.ts";
import type { MenuEntry } from "../ui/menu.tsx";

const maxListed = 12;

/** What the session has that no pane shows now: changes, checkpoints, closed chats, running terminals. */
export function openable(sessionId: string, paneId: string): MenuEntry[] {
  const layout = getLayout(sessionId);
  const app = useApp.getState().app;
  if (!layout || !app) return [];
  const closed = (tab: Tab): boolean => paneOfTab(layout, tabKey(tab)) === null;
  const entry = (tab: Tab, label: string): MenuEntry[] =>
    closed(tab) ? [{ label, onSelect: () => changeLayout(sessionId, (now) => openTab(now, tab, { paneId })) }] : [];
  const views = [...entry({ kind: "changes" }, "Changes"), ...entry({ kind: "history" }, "Checkpoints")];
  const things = [
    ...app.chats
      .filter((chat) => chat.sessionId === sessionId && !chat.archived)
      .flatMap((chat) => entry({ kind: "chat", id: chat.id }, `${chat.tabNumber}  ${chat.title || "Chat"}`)),
    ...app.terminals
      .filter((terminal) => terminal.sessionId === sessionId)
      .flatMap((terminal) => entry({ kind: "terminal", id: terminal.id }, terminal.title || "Terminal")),
  ].slice(0, maxListed);
  return things.length === 0 ? views : [...views, { kind: "separator" }, { kind: "heading", label: "Closed" }, ...things];
}
