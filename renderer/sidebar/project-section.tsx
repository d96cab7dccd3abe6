import { ChevronDown, ChevronRight, MoreHorizontal, Plus } from "lucide-react";
import { useState } from "react";
import type { Project } from "../../shared/contract/projects.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { archiveSession, newSession, showSession } from "../commands/actions.ts";
import { tagsText } from "../../shared/session-tags.ts";
import { matchScore } from "../../shared/fuzzy.ts";
import { useSessions } from "../stores/app.ts";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { ContextMenu, Menu } from "../ui/menu.tsx";
import { projectMenu } from "./menus.ts";
import { RowsInView } from "./rows-in-view.tsx";
import { SessionRow } from "./session-row.tsx";
import { toggleFold, useFolds } from "./folds.ts";

/** A project with its sessions, the latest first; a search leaves those that fit. */
export function ProjectSection({ project, query }: { project: Project; query: string }): React.JSX.Element | null {
  const sessions = useSessions().filter((session) => session.projectId === project.id);
  const folded = useFolds((state) => state[project.id] ?? false) && query === "";
  const [archiveOpen, setArchiveOpen] = useState(false);
  const matches = (session: Session): boolean =>
    query === "" || matchScore(query, `${session.title} ${tagsText(session.tags)} ${project.name}`) !== null;
  const open = sessions.filter((session) => session.status === "open" && matches(session)).toSorted(latestFirst);
  const archived = sessions.filter((session) => session.status === "archived" && matches(session)).toSorted(latestFirst);
  const showArchived = archiveOpen || (query !== "" && archived.length > 0);
  if (query !== "" && open.length + archived.length === 0) return null;
  return (
    <div role="group" aria-label={project.name} className="mt-1">
      <ContextMenu entries={projectMenu(project)}>
        <div className="row group flex items-center gap-1 rounded-control pr-0.5 hover:bg-hover">
          <button
            type="button"
            data-sidebar-line="project"
            aria-expanded={!folded}
            title={project.path}
            onClick={() => toggleFold(project.id)}
            className="flex min-w-0 flex-1 items-center gap-2 self-stretch rounded-control pl-2 text-left font-semibold"
          >
            {folded ? (
              <ChevronRight className="size-3.5 shrink-0 text-faint" aria-hidden />
            ) : (
              <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden />
            )}
            <span className="truncate">{project.name}</span>
            <ProjectNote project={project} />
          </button>
          <span className="flex opacity-0 group-focus-within:opacity-100 group-hover:opacity-100 has-data-popup-open:opacity-100 touch:opacity-100">
            <IconButton
              small
              label={`New session in ${project.name}`}
              data-new-session={project.id}
              onClick={() => newSession(project.id, "project")}
            >
              <Plus className="size-3.5" aria-hidden />
            </IconButton>
            <Menu
              trigger={
                <IconButton small label={`More about ${project.name}`}>
                  <MoreHorizontal className="size-3.5" aria-hidden />
                </IconButton>
              }
              entries={projectMenu(project)}
            />
          </span>
        </div>
      </ContextMenu>
      {folded ? null : (
        <ul>
          <RowsInView count={open.length} eager={open.length < 5}>
            {() =>
              open.map((session) => <SessionRow key={session.id} session={session} onSelect={() => showSession(session.id)} />)
            }
          </RowsInView>
          {open.length === 0 && query === "" ? (
            <li>
              <button
                type="button"
                data-sidebar-line
                onClick={() => newSession(project.id, "project")}
                className="row w-full rounded-control pl-7.5 text-left text-faint hover:bg-hover hover:text-text"
              >
                Start the first session
              </button>
            </li>
          ) : null}
          {archived.length > 0 ? (
            <li>
              <button
                type="button"
                data-sidebar-line
                aria-expanded={showArchived}
                onClick={() => setArchiveOpen(!archiveOpen)}
                className="row w-full rounded-control pl-7.5 text-left text-small text-faint hover:bg-hover hover:text-text"
              >
                {archived.length} archived
              </button>
            </li>
          ) : null}
          {showArchived
            ? archived.map((session) => (
                <SessionRow
                  key={session.id}
                  session={session}
                  onSelect={() => void archiveSession(session.id, "open").then(() => showSession(session.id))}
                />
              ))
            : null}
        </ul>
      )}
    </div>
  );
}

/** What stands between the person and working in this project, in a word. */
function ProjectNote({ project }: { project: Project }): React.JSX.Element | null {
  const note = project.missing
    ? "folder is gone"
    : project.trust === "changed"
      ? "changed"
      : project.trust === "untrusted"
        ? "not trusted"
        : null;
  return note ? (
    <span className={cx("shrink-0 text-small font-normal", project.missing ? "text-removed" : "text-changed")}>{note}</span>
  ) : null;
}

function latestFirst(a: Session, b: Session): number {
  return b.createdAt.localeCompare(a.createdAt);
}
