import { ChatTab } from "./chat/chat-tab.tsx";
import { practiceTour } from "./chat/practice-tour.ts";
import { FirstRun } from "./projects/first-run.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import type { TabViews } from "./workspace/workspace.tsx";

/** What draws each kind of tab: the one place where features meet the panes. */
export const tabViews: TabViews = {
  chat: ({ sessionId, id, active }) => <ChatTab sessionId={sessionId} chatId={id} active={active} />,
  terminal: () => <EmptyState>Terminal</EmptyState>,
  changes: () => <EmptyState>Changes</EmptyState>,
  history: () => <EmptyState>Checkpoints</EmptyState>,
};

/** What stands in the middle before there is any project. */
export function FirstPage(): React.JSX.Element {
  return <FirstRun tour={practiceTour} />;
}
