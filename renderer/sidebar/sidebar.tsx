import { ChevronDown, ChevronRight, FolderPlus, Inbox, MoreHorizontal, Plus, Search, Settings } from "lucide-react";
import { useState } from "react";
import type { Project } from "../../shared/contract/projects.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { archiveSession, newSession, showSession } from "../commands/actions.ts";
import { toggleInbox } from "../commands/focus-pane.ts";
import { useShortcut } from "../commands/keys.ts";
import { matchScore } from "../../shared/fuzzy.ts";
import { useApp, useInbox, useProjects, useSessions } from "../stores/app.ts";
import { openDialog, useFrame } from "../stores/frame.ts";
import { useViewport } from "../stores/viewport.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { ContextMenu, Menu } from "../ui/menu.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { projectMenu } from "./menus.ts";
import { RowsInView } from "./rows-in-view.tsx";
import { SessionRow } from "./session-row.tsx";
import { toggleFold, useFolds } from "./folds.ts";

/** Inbox on top, then projects with their sessions. */
export function Sidebar(): React.JSX.Element {
  const [query, setQuery] = useState("");
  const loaded = useApp((state) => state.app !== null);
  const projects = useProjects();
  // Anywhere else the first page stands beside it.
  const phone = useViewport() === "phone";
  return (
    <nav aria-label="Projects and sessions" className="flex h-full min-h-0 flex-col bg-panel">
      <div className="flex flex-col gap-1 p-2 pb-1">
        <InboxRow />
        <label className="row flex items-center gap-2 rounded-control px-2 text-muted focus-within:bg-hover hover:bg-hover">
          <Search className="size-3.5 shrink-0 text-faint" aria-hidden />
          <input
            type="search"
            aria-label="Search sessions"
            placeholder="Search sessions"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            className="min-w-0 flex-1 bg-transparent text-text outline-none touch:text-[1rem]"
          />
        </label>
      </div>
      <div className="old-when-away min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {!loaded ? <Skeleton rows={5} label="Loading projects" /> : null}
        {loaded && phone && projects.length === 0 ? (
          <EmptyState action={<Button onClick={() => openDialog({ kind: "add-project" })}>Add project</Button>}>
            Add a folder to work on.
          </EmptyState>
        ) : null}
        {projects.map((project) => (
          <ProjectSection key={project.id} project={project} query={query.trim()} />
        ))}
      </div>
      <Footer />
    </nav>
  );
}

function InboxRow(): React.JSX.Element {
  const count = useInbox().length;
  const open = useFrame((state) => state.inboxOpen);
  const shortcut = useShortcut("view.inbox");
  return (
    <button
      type="button"
      aria-pressed={open}
      onClick={() => toggleInbox()}
      className={cx(
        "row group flex items-center gap-2 rounded-control px-2 text-left hover:bg-hover aria-pressed:bg-selected",
        count > 0 && "font-medium",
      )}
    >
      <Inbox className={cx("size-3.5 shrink-0", count > 0 ? "text-accent" : "text-faint")} aria-hidden />
      <span className="flex-1">Inbox</span>
      {shortcut ? (
        <span className="hidden group-hover:inline touch:hidden!">
          <Kbd keys={shortcut} quiet />
        </span>
      ) : null}
      {count > 0 ? (
        <span className="text-small text-accent">
          {count}
          <span className="sr-only"> waiting for you</span>
        </span>
      ) : null}
    </button>
  );
}

function ProjectSection({ project, query }: { project: Project; query: string }): React.JSX.Element | null {
  const sessions = useSessions().filter((session) => session.projectId === project.id);
  const folded = useFolds((state) => state[project.id] ?? false) && query === "";
  const [archiveOpen, setArchiveOpen] = useState(false);
  const matches = (session: Session): boolean => query === "" || matchScore(query, `${session.title} ${project.name}`) !== null;
  const open = sessions.filter((session) => session.status === "open" && matches(session)).toSorted(latestFirst);
  const archived = sessions.filter((session) => session.status === "archived" && matches(session)).toSorted(latestFirst);
  const showArchived = archiveOpen || (query !== "" && archived.length > 0);
  if (query !== "" && open.length + archived.length === 0) return null;
  return (
    <section aria-label={project.name} className="mt-1">
      <ContextMenu entries={projectMenu(project)}>
        <div className="row group flex items-center gap-1 rounded-control pr-0.5 hover:bg-hover">
          <button
            type="button"
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
            <IconButton small label={`New session in ${project.name}`} onClick={() => newSession(project.id)}>
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
                onClick={() => newSession(project.id)}
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
    </section>
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

function Footer(): React.JSX.Element {
  return (
    <div className="flex items-center gap-1 border-t border-line p-1.5">
      <Button
        variant="plain"
        className="flex-1 justify-start! px-2 text-muted hover:text-text"
        icon={<Plus className="size-3.5" aria-hidden />}
        onClick={() => newSession()}
      >
        New session
      </Button>
      <IconButton label="Add project" onClick={() => openDialog({ kind: "add-project" })}>
        <FolderPlus className="size-4" aria-hidden />
      </IconButton>
      <IconButton label="Settings" shortcut={useShortcut("settings.open")} onClick={() => openDialog({ kind: "settings" })}>
        <Settings className="size-4" aria-hidden />
      </IconButton>
    </div>
  );
}
