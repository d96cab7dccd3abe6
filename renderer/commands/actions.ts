import { activateTab, activeTab, closeTab, focusedPane, openTab, reopen, splitPane, type Layout } from "../../shared/layout.ts";
import type { Turn } from "../../shared/contract/chats.ts";
import type { Run } from "../../shared/contract/runs.ts";
import { panesOf, tabKey, type Side, type Tab } from "../../shared/layout-tree.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";
import { closeDialog, openDialog, openPage, selectSession, setInboxOpen, useFrame } from "../stores/frame.ts";
import { changeLayout, expectTab, getLayout, loadLayout, tabExists } from "../stores/layout.ts";
import { handToTerminal } from "../stores/terminal-inserts.ts";
import { showCheckpoint } from "../stores/shown-checkpoint.ts";
import { showTurn } from "../stores/shown-turn.ts";
import { toast } from "../ui/toast.tsx";
import { focusInPane, placeIn } from "./focus-pane.ts";
import { moveFocus } from "./move-focus.ts";
import { hasRoomToSplit } from "./split-pane.ts";

/** Does it, and tells the person if it failed. `title` says what didn't happen. */
export async function attempt<T>(title: string, action: () => Promise<T>): Promise<T | null> {
  try {
    return await action();
  } catch (error) {
    toast({ title, detail: callFailure(error).message, tone: "failed" });
    return null;
  }
}

/** Where a new session would be made: the project of the session on screen, else the latest added. */
export function newSession(projectId?: string, at?: "project" | "start"): void {
  const { app } = useApp.getState();
  const current = app?.sessions.find((session) => session.id === useFrame.getState().sessionId)?.projectId;
  const project = projectId ?? current ?? app?.projects.at(-1)?.id;
  if (project) openDialog({ kind: "new-session", projectId: project, ...(at ? { at } : {}) });
  else openPage({ kind: "add-project" });
}

export async function newChat(sessionId: string, place: { paneId?: string; beside?: Side } = {}): Promise<void> {
  const chat = await attempt("The chat was not made", () => rpc.chats.create({ sessionId }));
  if (!chat) return;
  expectTab(chat.id);
  const tab: Tab = { kind: "chat", id: chat.id };
  changeLayout(sessionId, (layout) => {
    const { beside } = place;
    // Where there is no room beside it, it is a tab.
    const isBeside = beside !== undefined && hasRoomToSplit(sessionId, layout.focused, beside, tab);
    return openTab(isBeside ? splitPane(layout, layout.focused, beside, tab) : layout, tab, { paneId: place.paneId });
  });
  focusInPane();
}

/** Opens a chat that goes on from behind one of a chat's turns, as the next tab. */
export async function forkChat(chatId: string, runId: string): Promise<void> {
  const chat = await attempt("The chat was not forked", () => rpc.chats.fork({ id: chatId, runId }));
  if (!chat) return;
  expectTab(chat.id);
  changeLayout(chat.sessionId, (layout) => openTab(layout, { kind: "chat", id: chat.id }));
  focusInPane();
}

/** Returns the new terminal's id, null if there is none. */
export async function newTerminal(sessionId: string, paneId?: string): Promise<string | null> {
  const terminal = await attempt("The terminal was not opened", () => rpc.terminals.open({ sessionId, cols: 80, rows: 24 }));
  if (!terminal) return null;
  showNewTerminal(sessionId, terminal.id, paneId);
  return terminal.id;
}

type AgentTerminal = {
  paneId?: string;
  /** The ended terminal of that agent's which it takes the place of … */
  instead?: string;
  /** … and whose conversation it goes on with. */
  resumes?: boolean;
};

/** An agent's own program in a terminal of the session. */
export async function openAgentTerminal(
  sessionId: string,
  agentId: string,
  { paneId, instead, resumes }: AgentTerminal = {},
): Promise<void> {
  const terminal = await attempt("The agent was not started", () =>
    rpc.terminals.openAgent({ sessionId, agentId, cols: 80, rows: 24, ...(resumes && instead ? { resumes: instead } : {}) }),
  );
  if (!terminal) return;
  showNewTerminal(sessionId, terminal.id, paneId);
  if (instead) close(sessionId, { kind: "terminal", id: instead });
}

/** A terminal that was just opened, as the tab that has the focus. */
export function showNewTerminal(sessionId: string, id: string, paneId?: string): void {
  expectTab(id);
  changeLayout(sessionId, (layout) => openTab(layout, { kind: "terminal", id }, { paneId }));
  focusInPane();
}

/**
 * Puts a text on the command line of the session's terminal, as a paste would: several lines are asked about there, and
 * nothing presses Enter. It is never a terminal that an agent opened, nor one in which an agent's own program runs.
 */
export async function insertInTerminal(sessionId: string, text: string): Promise<void> {
  const own = useApp
    .getState()
    .app?.terminals.filter((one) => one.sessionId === sessionId && one.status === "running" && one.owner === null && !one.agent);
  const layout = getLayout(sessionId);
  const shown = own?.find(
    (one) => layout && panesOf(layout.root).some((pane) => pane.active === tabKey({ kind: "terminal", id: one.id })),
  );
  // Beside the chat that it comes from, where there is a pane for it.
  const beside = layout ? panesOf(layout.root).findLast((pane) => pane.id !== layout.focused)?.id : undefined;
  const id = (shown ?? own?.at(-1))?.id ?? (await newTerminal(sessionId, beside));
  if (id === null) return;
  handToTerminal(id, text);
  showTab(sessionId, { kind: "terminal", id });
}

/** The terminal that is there, or a first one; an agent's own program is none. */
export async function showTerminal(sessionId: string): Promise<void> {
  const layout = getLayout(sessionId);
  const terminals = useApp.getState().app?.terminals.filter((one) => one.sessionId === sessionId && !one.agent) ?? [];
  const open = layout
    ? panesOf(layout.root)
        .flatMap((pane) => pane.tabs)
        .find((tab) => tab.kind === "terminal" && terminals.some(({ id }) => id === tab.id))
    : undefined;
  const running = terminals.find(({ status }) => status === "running");
  if (open) showTab(sessionId, open);
  else if (running) showTab(sessionId, { kind: "terminal", id: running.id });
  else await newTerminal(sessionId);
}

/**
 * Brings the tab up in its session, opening it if need be; to the session too, if another is on screen. The keys go to
 * it, or to `place` in it.
 */
export function showTab(sessionId: string, tab: Tab, place = placeIn(tab)): void {
  closeDialog();
  selectSession(sessionId);
  void loadLayout(sessionId).then(() => changeLayout(sessionId, (layout) => openTab(layout, tab)));
  moveFocus(() => place);
}

export function activate(sessionId: string, key: string): void {
  changeLayout(sessionId, (layout) => activateTab(layout, key));
}

/** Closes a tab. A terminal's program goes on, and says so; an ended one goes for good. */
export function close(sessionId: string, tab: Tab): void {
  changeLayout(sessionId, (layout) => closeTab(layout, tabKey(tab)));
  if (tab.kind !== "terminal") return;
  const terminal = useApp.getState().app?.terminals.find((candidate) => candidate.id === tab.id);
  if (!terminal) return;
  const end = (): void => void attempt("The terminal was not closed", () => rpc.terminals.close({ id: tab.id }));
  if (terminal.status === "exited") end();
  else toast({ title: `${terminal.title || "The terminal"} keeps running`, action: { label: "End it", run: end } });
}

export function reopenClosed(sessionId: string): void {
  changeLayout(sessionId, (layout) => reopen(layout, tabExists));
  focusInPane();
}

export function activeTabOf(sessionId: string | null): Tab | null {
  const layout = getLayout(sessionId);
  return layout ? activeTab(layout) : null;
}

/** The tab at that place (from 0) of the focused pane; 8 is the last, as in browsers. */
export function nthTab(layout: Layout, index: number): Layout {
  const tabs = focusedPane(layout).tabs;
  const tab = index === 8 ? tabs.at(-1) : tabs[index];
  return tab ? activateTab(layout, tabKey(tab)) : layout;
}

export async function archiveChat(chatId: string, archived = true): Promise<void> {
  const chat = await attempt(archived ? "The chat was not archived" : "The chat was not restored", () =>
    rpc.chats.update({ id: chatId, archived }),
  );
  if (chat && archived)
    toast({
      title: `“${chat.title || `Chat ${chat.tabNumber}`}” is archived`,
      undo: () => void restoreChat(chat.sessionId, chatId),
    });
}

export async function restoreChat(sessionId: string, chatId: string): Promise<void> {
  await archiveChat(chatId, false);
  expectTab(chatId);
  showTab(sessionId, { kind: "chat", id: chatId });
}

export async function archiveSession(sessionId: string, status: "open" | "archived" = "archived"): Promise<void> {
  const title = status === "archived" ? "The session was not archived" : "The session was not restored";
  const session = await attempt(title, () => rpc.sessions.update({ id: sessionId, status }));
  if (!session || status === "open") return;
  if (useFrame.getState().sessionId === sessionId) selectSession(null);
  toast({ title: `“${session.title}” is archived`, undo: () => void archiveSession(sessionId, "open") });
}

/** The whole chat as a Markdown file. */
export async function exportChat(chatId: string): Promise<void> {
  await attempt("The chat was not exported", async () => {
    // What words a chat is written in lies with the timeline, which is loaded with the first chat.
    const { saveChat } = await import("../chat/save-chat.ts");
    await saveChat(chatId);
  });
}

export async function stopRuns(chatId: string): Promise<void> {
  const runs = useApp.getState().app?.activeRuns.filter((run) => run.chatId === chatId) ?? [];
  for (const run of runs) await attempt("The run was not stopped", () => rpc.runs.cancel({ id: run.id }));
}

export function pausedRun(chatId: string): Run | null {
  return useApp.getState().app?.activeRuns.find((run) => run.chatId === chatId && run.status === "paused") ?? null;
}

export async function resumeRun(chatId: string): Promise<void> {
  const run = pausedRun(chatId);
  if (run) await attempt("The run was not resumed", () => rpc.runs.resume({ id: run.id }));
}

/** Shows the session's history at a checkpoint, with what bringing its files back would do. */
export function goToCheckpoint(sessionId: string, checkpointId: string): void {
  setInboxOpen(false);
  showCheckpoint(sessionId, { id: checkpointId, restoring: true });
  showTab(sessionId, { kind: "history" });
}

/** Shows the session's history with what differs from one checkpoint to another. */
export function goToComparison(sessionId: string, fromId: string, toId: string): void {
  showCheckpoint(sessionId, { id: fromId, restoring: false, toId });
  showTab(sessionId, { kind: "history" });
}

/** Shows the changes of one turn: those that are pending, or where they are too many to be named, what the turn itself did. */
export function reviewTurn({ run, timeline }: Turn): void {
  const { changed, checkpoints } = timeline;
  if (!changed) return;
  const { before, after } = checkpoints;
  const isNamed = changed.paths.length === changed.files;
  if (!isNamed && before !== null && after !== null) return goToComparison(run.sessionId, before, after);
  const { id: runId, createdAt } = run;
  showTurn(run.sessionId, isNamed ? { runId, createdAt, paths: changed.paths, checkpoints } : null);
  showTab(run.sessionId, { kind: "changes" });
}

/** Goes to the chat where an ask waits and puts the focus on its card; without a chat, to the terminal that waits. */
export function goToApproval(sessionId: string, chatId: string | null, approvalId: string): void {
  setInboxOpen(false);
  if (chatId === null) return showTab(sessionId, { kind: "terminal", id: approvalId });
  const tab: Tab = { kind: "chat", id: chatId };
  const { otherwise } = placeIn(tab);
  showTab(sessionId, tab, { best: [`main [data-approval="${CSS.escape(approvalId)}"]`], otherwise });
}

/** Shows the session, ready to go on in it. */
export function showSession(sessionId: string): void {
  selectSession(sessionId);
  focusInPane();
}
