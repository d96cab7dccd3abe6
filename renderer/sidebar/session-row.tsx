import { MoreHorizontal } from "lucide-react";
import type { Session } from "../../shared/contract/sessions.ts";
import { tagsText } from "../../shared/session-tags.ts";
import { useAgents } from "../stores/app.ts";
import { endRenaming, renameSession, tagSession } from "../commands/rename.ts";
import { useFrame, useSessionId } from "../stores/frame.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Count } from "../ui/count.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ContextMenu, Menu } from "../ui/menu.tsx";
import { StateDot } from "../ui/state-dot.tsx";
import { TitleField } from "../ui/title-field.tsx";
import { sessionMenu } from "./menus.ts";

/** A session in one line: state, title, agents, lines changed; bold while there is something unread. */
export function SessionRow({ session, onSelect }: { session: Session; onSelect: () => void }): React.JSX.Element {
  const current = useSessionId() === session.id;
  const agents = useAgents();
  const labelOf = (id: string): string => agents.find((agent) => agent.id === id)?.label ?? id;
  const trouble = session.workingCopy.state === "missing" || session.workingCopy.state === "failed";
  const title = session.title || "New session";
  const writes = useFrame(({ renaming }) =>
    renaming && renaming.kind !== "chat" && renaming.id === session.id && renaming.at === "sidebar" ? renaming.kind : null,
  );
  if (writes !== null) {
    const close = (byKey: boolean): void => endRenaming(byKey, `[data-session-row="${session.id}"]`);
    return (
      <li className={cx("row flex items-center gap-2 rounded-control px-2", current && "bg-selected")}>
        <StateDot state={trouble ? "failed" : session.activity} className="w-3.5 justify-center" />
        {writes === "tags" ? (
          <TitleField
            label="Tags of the session"
            title={tagsText(session.tags)}
            placeholder="bug, tests"
            mayBeEmpty
            onSave={(text) => tagSession(session.id, text)}
            onClose={close}
            className="-ml-1 flex-1"
          />
        ) : (
          <TitleField
            label="Title of the session"
            title={session.title}
            onSave={(next) => renameSession(session.id, next)}
            onClose={close}
            className="-ml-1 flex-1"
          />
        )}
      </li>
    );
  }
  return (
    <li className="group relative">
      <ContextMenu entries={sessionMenu(session)}>
        <button
          type="button"
          data-session-row={session.id}
          data-sidebar-line
          aria-current={current ? "page" : undefined}
          onClick={onSelect}
          title={[title, tagsText(session.tags)].filter(Boolean).join(" ")}
          className={cx(
            "row flex w-full items-center gap-2 rounded-control pr-2 pl-2 text-left",
            current ? "bg-selected" : "hover:bg-hover",
            session.status === "archived" && "text-muted",
          )}
        >
          <StateDot state={trouble ? "failed" : session.activity} className="w-3.5 justify-center" />
          <span className={cx("min-w-0 flex-1 truncate", session.unread && "font-semibold")}>
            {title}
            {session.unread ? <span className="sr-only">, unread</span> : null}
          </span>
          <span className="flex shrink-0 items-center gap-1.5 group-focus-within:invisible group-hover:invisible touch:visible!">
            {session.workingCopy.state === "preparing" ? <span className="text-small text-faint">preparing</span> : null}
            <Count additions={session.changes.additions} deletions={session.changes.deletions} />
            <span className="flex gap-0.5">
              {session.agentIds.slice(0, 3).map((id) => (
                <AgentMark key={id} agentId={id} label={labelOf(id)} />
              ))}
            </span>
            {session.unread ? <span aria-hidden className="size-1.5 rounded-full bg-accent" /> : null}
          </span>
        </button>
      </ContextMenu>
      <span className="absolute top-1/2 right-0.5 -translate-y-1/2 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-data-popup-open:opacity-100 touch:hidden">
        <Menu
          align="end"
          trigger={
            <IconButton small label={`More about ${title}`}>
              <MoreHorizontal className="size-3.5" aria-hidden />
            </IconButton>
          }
          entries={sessionMenu(session)}
        />
      </span>
    </li>
  );
}
