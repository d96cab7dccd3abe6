import { commandList, type CommandId, type CommandInfo } from "../../shared/commands.ts";
import { cyclePane, cycleTab, closePane, findPane, focusedPane, moveTab, toggleZoom, type Layout } from "../../shared/layout.ts";
import { panesOf, type Tab } from "../../shared/layout-tree.ts";
import { subjectOf } from "../../shared/inbox.ts";
import { rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";
import { closePage, openDialog, openPage, setDrawer, startRenaming, useFrame } from "../stores/frame.ts";
import { changeLayout, getLayout } from "../stores/layout.ts";
import { hasHelper } from "../stores/own-models.ts";
import { summarize } from "../stores/summaries.ts";
import { shownTheme } from "../stores/theme.ts";
import { getViewport } from "../stores/viewport.ts";
import {
  activeTabOf,
  archiveChat,
  archiveSession,
  attempt,
  close,
  exportChat,
  goToApproval,
  newChat,
  newSession,
  newTerminal,
  nthTab,
  reopenClosed,
  showSession,
  showTab,
  showTerminal,
  stopRuns,
  pausedRun,
  resumeRun,
} from "./actions.ts";
import { canFindIn, canStepFind, openFind, stepFind } from "./find.ts";
import { focusInPane, toggleInbox } from "./focus-pane.ts";
import { patchSettings } from "./patch-settings.ts";
import { splitWith } from "./split-pane.ts";
import { hasTerminalInFront, stepTerminal } from "./terminal-steps.ts";

/** `when` missing: always. */
type Binding = { run: () => void; when?: () => boolean };

const currentSession = (): string | null => {
  const { sessionId } = useFrame.getState();
  return useApp.getState().app?.sessions.some((session) => session.id === sessionId) ? sessionId : null;
};
const hasSession = (): boolean => getLayout(currentSession()) !== null;

/** A command on the session on screen, which comes back into sight; not to be had without one. */
function inSession(run: (sessionId: string) => void, when: (sessionId: string) => boolean = () => true): Binding {
  return {
    run: () => {
      const sessionId = currentSession();
      closePage();
      if (sessionId) run(sessionId);
    },
    when: () => {
      const sessionId = currentSession();
      return sessionId !== null && hasSession() && when(sessionId);
    },
  };
}

const onLayout = (change: (layout: Layout) => Layout, when?: (sessionId: string) => boolean): Binding =>
  inSession((sessionId) => changeLayout(sessionId, change), when);
/** The same, where what has the focus goes out of sight or another pane is meant from now on. */
const toPane = (change: (layout: Layout) => Layout, when?: (sessionId: string) => boolean): Binding =>
  inSession((sessionId) => {
    changeLayout(sessionId, change);
    focusInPane();
  }, when);
const severalPanes = (sessionId: string): boolean => getLayout(sessionId)?.root.kind === "split";
const nth = (index: number): Binding => toPane((layout) => nthTab(layout, index));

const activeChat = (): string | null => {
  const tab = activeTabOf(currentSession());
  return tab?.kind === "chat" ? tab.id : null;
};
const onChat = (run: (chatId: string) => void, when: (chatId: string) => boolean = () => true): Binding => ({
  run: () => {
    const chatId = activeChat();
    closePage();
    if (chatId) run(chatId);
  },
  when: () => {
    const chatId = activeChat();
    return chatId !== null && when(chatId);
  },
});

/** On the tab in front, where it can be searched; elsewhere the key is the browser's. */
function onFindable(run: (tab: Tab) => void): Binding {
  const findable = (): Tab | null => {
    const tab = useFrame.getState().page === null ? activeTabOf(currentSession()) : null;
    return canFindIn(tab) ? tab : null;
  };
  return {
    run: () => {
      const tab = findable();
      if (tab) run(tab);
    },
    when: () => findable() !== null,
  };
}

function split(side: "right" | "down"): Binding {
  return inSession(
    (sessionId) => {
      const focused = getLayout(sessionId)?.focused;
      if (focused !== undefined && splitWith(sessionId, focused, side)) focusInPane();
    },
    () => getViewport() !== "phone",
  );
}

function stepSession(step: 1 | -1): void {
  const sessions = useApp.getState().app?.sessions.filter((session) => session.status === "open") ?? [];
  const at = sessions.findIndex((session) => session.id === useFrame.getState().sessionId);
  const next = sessions.at((Math.max(at, step === 1 ? -1 : 0) + step + sessions.length) % Math.max(1, sessions.length));
  if (next) showSession(next.id);
}

function moveToNextPane(layout: Layout): Layout {
  const pane = focusedPane(layout);
  const panes = panesOf(layout.root);
  const next = panes[(panes.findIndex((other) => other.id === pane.id) + 1) % panes.length];
  return next && pane.active !== null && findPane(layout, next.id) ? moveTab(layout, pane.active, next.id) : layout;
}

function toggleSidebar(): void {
  if (getViewport() === "phone") setDrawer(!useFrame.getState().drawerOpen);
  else void patchSettings({ sidebarOpen: !(useApp.getState().app?.settings.sidebarOpen ?? true) });
}

function oldestApproval(): void {
  const item = useApp.getState().app?.inbox.toSorted((a, b) => a.at.localeCompare(b.at))[0];
  const subject = item && subjectOf(item);
  if (subject) goToApproval(subject.sessionId, subject.chatId, subject.id);
}

/** A page that stands before the tabs is what is closed. */
function closeInFront(): void {
  const sessionId = currentSession();
  const tab = activeTabOf(sessionId);
  if (useFrame.getState().page !== null) focusInPane();
  else if (sessionId && tab) close(sessionId, tab);
}

const bindings: Record<CommandId, Binding> = {
  "session.new": { run: () => newSession() },
  "session.rename": inSession((id) => startRenaming({ kind: "session", id, at: "title bar" })),
  "session.tags": inSession((id) => startRenaming({ kind: "tags", id, at: "title bar" })),
  "session.archive": inSession((sessionId) => void archiveSession(sessionId)),
  "session.delete": inSession((sessionId) => openDialog({ kind: "delete-session", sessionId })),
  "session.next": { run: () => stepSession(1) },
  "session.previous": { run: () => stepSession(-1) },
  "project.add": { run: () => openPage({ kind: "add-project" }) },
  "project.trust": inSession((sessionId) => {
    const projectId = useApp.getState().app?.sessions.find((session) => session.id === sessionId)?.projectId;
    if (projectId) openDialog({ kind: "trust", projectId });
  }),
  "chat.new": inSession((sessionId) => void newChat(sessionId)),
  "chat.new-beside": inSession((sessionId) => void newChat(sessionId, { beside: "right" })),
  "chat.rename": onChat((id) => startRenaming({ kind: "chat", id })),
  "chat.summarize": onChat((chatId) => void summarize(chatId), hasHelper),
  "chat.export": onChat((chatId) => void exportChat(chatId)),
  "chat.archive": onChat((chatId) => void archiveChat(chatId)),
  "chat.stop": onChat(
    (chatId) => void stopRuns(chatId),
    (chatId) => useApp.getState().app?.activeRuns.some((run) => run.chatId === chatId) ?? false,
  ),
  "chat.go-on": onChat(
    (chatId) => void resumeRun(chatId),
    (chatId) => pausedRun(chatId) !== null,
  ),
  "composer.focus": onChat(() => focusInPane()),
  "tab.next": toPane((layout) => cycleTab(layout, 1)),
  "tab.previous": toPane((layout) => cycleTab(layout, -1)),
  "tab.1": nth(0),
  "tab.2": nth(1),
  "tab.3": nth(2),
  "tab.4": nth(3),
  "tab.5": nth(4),
  "tab.6": nth(5),
  "tab.7": nth(6),
  "tab.8": nth(7),
  "tab.9": nth(8),
  "tab.close": { run: closeInFront, when: () => useFrame.getState().page !== null || activeTabOf(currentSession()) !== null },
  "tab.reopen": inSession(reopenClosed, (sessionId) => (getLayout(sessionId)?.closed.length ?? 0) > 0),
  "tab.move": toPane(moveToNextPane, severalPanes),
  "pane.split-right": split("right"),
  "pane.split-down": split("down"),
  "pane.next": toPane((layout) => cyclePane(layout, 1), severalPanes),
  "pane.previous": toPane((layout) => cyclePane(layout, -1), severalPanes),
  "pane.zoom": onLayout((layout) => toggleZoom(layout), severalPanes),
  "pane.close": toPane((layout) => closePane(layout, layout.focused), severalPanes),
  "view.changes": inSession((sessionId) => showTab(sessionId, { kind: "changes" })),
  "view.terminal": inSession((sessionId) => void showTerminal(sessionId)),
  "terminal.new": inSession((sessionId) => void newTerminal(sessionId)),
  "terminal.previous-command": { run: () => stepTerminal(-1), when: hasTerminalInFront },
  "terminal.next-command": { run: () => stepTerminal(1), when: hasTerminalInFront },
  "find.open": onFindable(openFind),
  "find.next": { run: () => stepFind(1), when: () => canStepFind(1) },
  "find.previous": { run: () => stepFind(-1), when: () => canStepFind(-1) },
  "view.history": inSession((sessionId) => showTab(sessionId, { kind: "history" })),
  "view.inbox": { run: toggleInbox },
  "inbox.next": { run: oldestApproval, when: () => (useApp.getState().app?.inbox.length ?? 0) > 0 },
  "view.sidebar": { run: toggleSidebar },
  "view.theme": { run: () => void patchSettings({ theme: shownTheme() === "dark" ? "light" : "dark" }) },
  "palette.open": { run: () => openDialog({ kind: "palette" }) },
  "settings.open": { run: () => openPage({ kind: "settings" }) },
  "processes.open": { run: () => openPage({ kind: "processes" }) },
  "shortcuts.open": { run: () => openPage({ kind: "settings", section: "shortcuts" }) },
  "agents.refresh": { run: () => void attempt("The agents were not looked at", () => rpc.agents.refresh({ handshake: false })) },
};

export function canRun(id: CommandId): boolean {
  return bindings[id].when?.() ?? true;
}

/** Runs the command if it can be had now; says whether it did. */
export function runCommand(id: CommandId): boolean {
  if (!canRun(id)) return false;
  bindings[id].run();
  return true;
}

export function commandInfo(id: CommandId): CommandInfo {
  return commandList.find((command) => command.id === id) as CommandInfo;
}

export function isCommandId(id: string): id is CommandId {
  return Object.hasOwn(bindings, id);
}
