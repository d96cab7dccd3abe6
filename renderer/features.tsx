import { ChatTab } from "./chat/chat-tab.tsx";
import { EmptyState } from "./ui/empty-state.tsx";
import type { TabViews } from "./workspace/workspace.tsx";

/** What draws each kind of tab: the one place where features meet the panes. */
export const tabViews: TabViews = {
  chat: ({ sessionId, id, active }) => <ChatTab sessionId={sessionId} chatId={id} active={active} />,
  terminal: () => <EmptyState>Terminal</EmptyState>,
  changes: () => <EmptyState>Changes</EmptyState>,
  history: () => <EmptyState>Checkpoints</EmptyState>,
};

export function FirstPage(): React.JSX.Element {
  return <EmptyState>Add a folder to work on.</EmptyState>;
}
