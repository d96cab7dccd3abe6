/** Tells the system what a person who isn't looking should hear of, and keeps title and badge at the number that waits. */
import { desktop } from "../desktop-bridge.ts";
import { paneOfTab } from "../../shared/layout.ts";
import { viewOf } from "../../shared/layout-view.ts";
import { panesOf, tabKey, type Tab } from "../../shared/layout-tree.ts";
import { showTab } from "../commands/actions.ts";
import { onAppUpdate, useApp } from "../stores/app.ts";
import { useFrame } from "../stores/frame.ts";
import { getLayout } from "../stores/layout.ts";
import { getViewport } from "../stores/viewport.ts";
import { newsOf, type News } from "./news.ts";

/** Call once. */
export function followNews(): void {
  onAppUpdate((update, before) => {
    for (const news of newsOf(update, before, useApp.getState().app, isSeen)) notify(news);
  });
  useApp.subscribe(drawTitle);
  useFrame.subscribe(drawTitle);
  desktop?.onFocusTab(focusTab);
}

/** Whether the tab is in front in the session on screen, in a window that has the focus. */
function isSeen(tab: Tab): boolean {
  if (document.hidden || !document.hasFocus()) return false;
  const layout = getLayout(useFrame.getState().sessionId);
  const key = tabKey(tab);
  return (
    layout !== null &&
    paneOfTab(layout, key) !== null &&
    panesOf(viewOf(layout, getViewport())).some((pane) => pane.active === key)
  );
}

function notify(news: News): void {
  if (desktop) {
    desktop.notify({ title: news.title, body: news.body, tabId: news.tab.id });
    return;
  }
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notification = new Notification(news.title, { body: news.body, tag: news.tab.id });
  notification.onclick = () => {
    window.focus();
    focusTab(news.tab.id);
    notification.close();
  };
}

/** Of a chat or a terminal. */
function focusTab(id: string): void {
  const { app } = useApp.getState();
  const chat = app?.chats.find((candidate) => candidate.id === id);
  const terminal = app?.terminals.find((candidate) => candidate.id === id);
  if (chat) showTab(chat.sessionId, { kind: "chat", id });
  else if (terminal) showTab(terminal.sessionId, { kind: "terminal", id });
}

function drawTitle(): void {
  const { app } = useApp.getState();
  const session = app?.sessions.find((candidate) => candidate.id === useFrame.getState().sessionId);
  const waiting = app?.inbox.length ?? 0;
  const title = `${waiting > 0 ? `(${waiting}) ` : ""}${session ? `${session.title || "New session"} · ` : ""}Hearth`;
  if (document.title === title) return;
  document.title = title;
  desktop?.setBadge(waiting);
}
