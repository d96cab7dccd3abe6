import { X } from "lucide-react";
import { useEffect, type ReactNode } from "react";
import type { InboxItem } from "../../shared/contract/permissions.ts";
import { subjectOf } from "../../shared/inbox.ts";
import { goToApproval } from "../commands/actions.ts";
import { onEscape } from "../commands/escape.ts";
import { toggleInbox } from "../commands/focus-pane.ts";
import { useApp, useInbox } from "../stores/app.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";

type Props = { renderApproval: (item: InboxItem) => ReactNode };

/** Everything that waits for the person over all sessions, oldest first, answerable here. */
export function InboxPanel({ renderApproval }: Props): React.JSX.Element {
  const items = useInbox().toSorted((a, b) => a.at.localeCompare(b.at));
  useEffect(() => onEscape(toggleInbox), []);
  return (
    <aside
      aria-label="Inbox"
      tabIndex={-1}
      data-inbox
      className="absolute inset-y-0 right-0 z-20 flex w-full flex-col outline-none border-line-strong bg-panel shadow-float tablet:w-104 tablet:border-l"
    >
      <header className="flex h-8.5 shrink-0 items-center gap-2 border-b border-line pr-1 pl-4">
        <h2 className="flex-1 font-semibold">
          Inbox{items.length > 0 ? <span className="ml-2 font-normal text-muted">{items.length}</span> : null}
        </h2>
        <IconButton label="Close the inbox" onClick={toggleInbox}>
          <X className="size-4" aria-hidden />
        </IconButton>
      </header>
      {items.length === 0 ? (
        <EmptyState>Nothing waits for you. Questions, permissions and alarms of every session come here.</EmptyState>
      ) : (
        <ol className="flex min-h-0 flex-1 flex-col gap-4 overflow-y-auto p-3">
          {items.map((item) => (
            <li key={item.id} className="flex flex-col gap-1.5">
              <Origin item={item} />
              {renderApproval(item)}
            </li>
          ))}
        </ol>
      )}
    </aside>
  );
}

/** Where it comes from; leads there. */
function Origin({ item }: { item: InboxItem }): React.JSX.Element {
  const subject = subjectOf(item);
  const session = useApp((state) => state.app?.sessions.find((candidate) => candidate.id === subject.sessionId)?.title ?? "");
  const project = useApp((state) => state.app?.projects.find((candidate) => candidate.id === subject.projectId)?.name ?? "");
  const time = new Date(item.at).toLocaleTimeString(undefined, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
  return (
    <button
      type="button"
      onClick={() => goToApproval(subject.sessionId, subject.chatId, subject.id)}
      className="flex min-w-0 items-baseline gap-1.5 rounded-control px-1 text-left text-small text-muted hover:text-text"
    >
      <span className="truncate">
        {project} <span aria-hidden>▸</span> {session || "New session"}
      </span>
      <time dateTime={item.at} className="shrink-0 text-faint">
        {time}
      </time>
    </button>
  );
}
