import { MessageSquare, SquareTerminal } from "lucide-react";
import { openTab } from "../../shared/layout.ts";
import { newChat, newTerminal, restoreChat } from "../commands/actions.ts";
import { useSessionChats } from "../stores/app.ts";
import { changeLayout } from "../stores/layout.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { shortDate } from "../ui/short-date.ts";

/** A pane without tabs is the session's history: its chats, open and archived, to be taken up again. */
export function EmptyPane({ sessionId, paneId }: { sessionId: string; paneId: string }): React.JSX.Element {
  const chats = useSessionChats(sessionId);
  const actions = (
    <div className="flex flex-wrap justify-center gap-2">
      <Button icon={<MessageSquare className="size-3.5" aria-hidden />} onClick={() => void newChat(sessionId, { paneId })}>
        New chat
      </Button>
      <Button icon={<SquareTerminal className="size-3.5" aria-hidden />} onClick={() => void newTerminal(sessionId, paneId)}>
        New terminal
      </Button>
    </div>
  );
  if (chats.length === 0) return <EmptyState action={actions}>This session has no chats yet.</EmptyState>;
  return (
    <div className="mx-auto flex h-full w-full max-w-104 flex-col gap-4 overflow-y-auto px-4 py-8">
      <ul aria-label="Chats of this session" className="flex flex-col">
        {chats.toReversed().map((chat) => (
          <li key={chat.id}>
            <button
              type="button"
              onClick={() =>
                chat.archived
                  ? void restoreChat(sessionId, chat.id)
                  : changeLayout(sessionId, (layout) => openTab(layout, { kind: "chat", id: chat.id }, { paneId }))
              }
              className="row flex w-full items-center gap-2 rounded-control px-2 text-left hover:bg-hover"
            >
              <span className="w-5 shrink-0 text-right text-faint">{chat.tabNumber}</span>
              <span className="min-w-0 flex-1 truncate">{chat.title || "Chat"}</span>
              <span className="shrink-0 text-small text-faint">
                {chat.archived ? "archived · " : ""}
                {shortDate(chat.createdAt)}
              </span>
            </button>
          </li>
        ))}
      </ul>
      {actions}
    </div>
  );
}
