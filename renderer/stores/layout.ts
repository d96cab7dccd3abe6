/**
 * Owns the layouts of the sessions shown in this page. A layout is loaded when its session is first shown and saved
 * shortly after each change; a save that fails is made up for by the next one.
 */
import { create } from "zustand";
import { firstLayout, keepTabs, type Layout } from "../../shared/layout.ts";
import type { Tab } from "../../shared/layout-tree.ts";
import { readLayout } from "../../shared/read-layout.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { onAppUpdate, useApp } from "./app.ts";
import { getViewport } from "./viewport.ts";

type LayoutState = { phase: "loading" } | { phase: "failed"; failure: CallFailure } | { phase: "ready"; layout: Layout };

const saveAfterMs = 400;

export const useLayouts = create<Record<string, LayoutState | undefined>>(() => ({}));
const timers = new Map<string, ReturnType<typeof setTimeout>>();
/** What the core couldn't be told. */
const unsaved = new Set<string>();

export const useLayoutState = (sessionId: string | null): LayoutState | undefined =>
  useLayouts((s) => (sessionId ? s[sessionId] : undefined));

/** The session's layout, null until it is loaded. */
export function getLayout(sessionId: string | null): Layout | null {
  const state = sessionId ? useLayouts.getState()[sessionId] : undefined;
  return state?.phase === "ready" ? state.layout : null;
}

/** Loads the layout unless that was done or is under way; after a failure, tries again. */
export async function loadLayout(sessionId: string): Promise<void> {
  const phase = useLayouts.getState()[sessionId]?.phase;
  if (phase === "ready" || phase === "loading") return;
  useLayouts.setState({ [sessionId]: { phase: "loading" } });
  try {
    const { document } = await rpc.layout.get({ sessionId });
    const layout = document === null || document === undefined ? await layoutOfNewSession(sessionId) : readLayout(document);
    useLayouts.setState({ [sessionId]: { phase: "ready", layout: keepTabs(layout, tabExists) } });
    if (document === null || document === undefined) saveSoon(sessionId);
  } catch (error) {
    useLayouts.setState({ [sessionId]: { phase: "failed", failure: callFailure(error) } });
  }
}

/** A session that was never shown opens on its first chat, which is made if it has none. */
async function layoutOfNewSession(sessionId: string): Promise<Layout> {
  const chats = await rpc.chats.list({ sessionId });
  const chat = chats.find((candidate) => !candidate.archived) ?? (await rpc.chats.create({ sessionId }));
  expectTab(chat.id);
  return firstLayout(chat.id, getViewport() === "wide");
}

/** Changes the layout of a loaded session; `change` may return what it got. */
export function changeLayout(sessionId: string, change: (layout: Layout) => Layout): void {
  const before = getLayout(sessionId);
  if (!before) return;
  const layout = change(before);
  if (layout === before) return;
  useLayouts.setState({ [sessionId]: { phase: "ready", layout } });
  saveSoon(sessionId);
}

function saveSoon(sessionId: string): void {
  clearTimeout(timers.get(sessionId));
  timers.set(
    sessionId,
    setTimeout(() => void save(sessionId), saveAfterMs),
  );
}

async function save(sessionId: string): Promise<void> {
  clearTimeout(timers.get(sessionId));
  if (!timers.delete(sessionId)) return;
  unsaved.delete(sessionId);
  const layout = getLayout(sessionId);
  if (!layout) return;
  try {
    await rpc.layout.save({ sessionId, document: { ...layout } });
  } catch {
    // Only the look of the window is at stake; it is saved with the next change, or when the core is back.
    unsaved.add(sessionId);
  }
}

/** Saves at once what still waits; called as the page goes. */
export function saveLayouts(): void {
  for (const sessionId of [...timers.keys()]) void save(sessionId);
}

/** Chats and terminals that this page made and the core's news may not have told of yet. */
const justMade = new Set<string>();

/** Lets a chat or terminal just made keep its tab until the core's news has it. */
export function expectTab(id: string): void {
  justMade.add(id);
}

/** Whether the tab still has something to show. */
export function tabExists(tab: Tab): boolean {
  const app = useApp.getState().app;
  if (!app) return true;
  if (tab.kind !== "chat" && tab.kind !== "terminal") return true;
  if (justMade.has(tab.id)) return true;
  return tab.kind === "chat"
    ? app.chats.some((chat) => chat.id === tab.id && !chat.archived)
    : app.terminals.some((terminal) => terminal.id === tab.id);
}

/** Takes tabs away as their chats are archived and their terminals go. Call once. */
export function followTabs(): void {
  onAppUpdate((update) => {
    if (update.type === "snapshot") for (const sessionId of unsaved) saveSoon(sessionId);
    if (update.type === "chat") justMade.delete(update.chat.id);
    if (update.type === "terminal") justMade.delete(update.terminal.id);
    if (update.type === "removed") justMade.delete(update.id);
    if (update.type === "removed" && update.noun === "session") forget(update.id);
    if (update.type !== "removed" && update.type !== "chat" && update.type !== "snapshot") return;
    for (const sessionId of Object.keys(useLayouts.getState())) changeLayout(sessionId, (layout) => keepTabs(layout, tabExists));
  });
}

function forget(sessionId: string): void {
  unsaved.delete(sessionId);
  clearTimeout(timers.get(sessionId));
  timers.delete(sessionId);
  useLayouts.setState({ [sessionId]: undefined });
}
