import { lazy, Suspense, type ReactNode } from "react";
import { practiceTour } from "./chat/practice-tour.ts";
import { FirstRun } from "./projects/first-run.tsx";
import { Skeleton } from "./ui/skeleton.tsx";
import type { TabViews } from "./workspace/workspace.tsx";

// Timelines, terminals and diffs are large; the page is there before they are.
const ChatTab = lazy(() => import("./chat/chat-tab.tsx").then((file) => ({ default: file.ChatTab })));
const TerminalTab = lazy(() => import("./terminal/terminal-tab.tsx").then((file) => ({ default: file.TerminalTab })));
const ChangesTab = lazy(() => import("./changes/changes-tab.tsx").then((file) => ({ default: file.ChangesTab })));
const FileTab = lazy(() => import("./files/file-tab.tsx").then((file) => ({ default: file.FileTab })));
const HistoryTab = lazy(() => import("./checkpoints/history-tab.tsx").then((file) => ({ default: file.HistoryTab })));

/** What draws each kind of tab: the one place where features meet the panes. */
export const tabViews: TabViews = {
  chat: ({ sessionId, id }) => (
    <Loaded>
      <ChatTab sessionId={sessionId} chatId={id} />
    </Loaded>
  ),
  terminal: ({ sessionId, id, active }) => (
    <Loaded>
      <TerminalTab sessionId={sessionId} terminalId={id} active={active} />
    </Loaded>
  ),
  file: ({ sessionId, id, active }) => (
    <Loaded>
      <FileTab sessionId={sessionId} path={id} active={active} />
    </Loaded>
  ),
  changes: ({ sessionId, active }) => (
    <Loaded>
      <ChangesTab sessionId={sessionId} active={active} />
    </Loaded>
  ),
  history: ({ sessionId, active }) => (
    <Loaded>
      <HistoryTab sessionId={sessionId} active={active} />
    </Loaded>
  ),
};

function Loaded({ children }: { children: ReactNode }): React.JSX.Element {
  return <Suspense fallback={<Skeleton rows={4} className="p-3" />}>{children}</Suspense>;
}

/** What stands in the middle before there is any project. */
export function FirstPage(): React.JSX.Element {
  return <FirstRun tour={practiceTour} />;
}
