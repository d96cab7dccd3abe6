/** Tells the system what a person who isn't looking should hear of, and keeps title and badge at the number that waits. */
import { desktop } from "../desktop-bridge.ts";
import { paneOfTab } from "../../shared/layout.ts";
import { viewOf } from "../../shared/layout-view.ts";
import { panesOf } from "../../shared/layout-tree.ts";
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
  desktop?.onFocusChat(focusChat);
}

/** Whether the chat is in front in the session on screen, in a window that has the focus. */
function isSeen(chatId: string): boolean {
  if (document.hidden || !document.hasFocus()) return false;
  const layout = getLayout(useFrame.getState().sessionId);
  const key = `chat:${chatId}`;
  return (
    layout !== null &&
    paneOfTab(layout, key) !== null &&
    panesOf(viewOf(layout, getViewport())).some((pane) => pane.active === key)
  );
}

function notify(news: News): void {
  if (desktop) {
    desktop.notify({ title: news.title, body: news.body, chatId: news.chatId });
    return;
  }
  if (!("Notification" in window) || Notification.permission !== "granted") return;
  const notification = new Notification(news.title, { body: news.body, tag: news.chatId });
  notification.onclick = () => {
    window.focus();
    focusChat(news.chatId);
    notification.close();
  };
}

function focusChat(chatId: string): void {
  const chat = useApp.getState().app?.chats.find((candidate) => candidate.id === chatId);
  if (chat) showTab(chat.sessionId, { kind: "chat", id: chat.id });
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
