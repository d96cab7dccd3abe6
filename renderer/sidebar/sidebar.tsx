import { FolderPlus, Inbox, Plus, Settings } from "lucide-react";
import { useState } from "react";
import { newSession } from "../commands/actions.ts";
import { toggleInbox } from "../commands/focus-pane.ts";
import { useShortcut } from "../commands/keys.ts";
import { useApp, useInbox, useProjects } from "../stores/app.ts";
import { openPage, useFrame } from "../stores/frame.ts";
import { useViewport } from "../stores/viewport.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Kbd } from "../ui/kbd.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { onSidebarKey } from "./arrow-keys.ts";
import { ProjectSection } from "./project-section.tsx";

/** Inbox on top, then projects with their sessions. */
export function Sidebar(): React.JSX.Element {
  const [query, setQuery] = useState("");
  const loaded = useApp((state) => state.app !== null);
  const projects = useProjects();
  // Anywhere else the first page stands beside it.
  const phone = useViewport() === "phone";
  return (
    <nav aria-label="Projects and sessions" onKeyDown={onSidebarKey} className="flex h-full min-h-0 flex-col bg-panel">
      <div className="flex flex-col gap-1 p-2 pb-1">
        <InboxRow />
        <div data-sidebar-line>
          <SearchField plain label="Search sessions" value={query} onChange={setQuery} />
        </div>
      </div>
      <div className="old-when-away min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {!loaded ? <Skeleton rows={5} label="Loading projects" /> : null}
        {loaded && phone && projects.length === 0 ? (
          <EmptyState action={<Button onClick={() => openPage({ kind: "add-project" })}>Add project</Button>}>
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
      data-sidebar-line
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

function Footer(): React.JSX.Element {
  return (
    <div className="flex items-center gap-1 border-t border-line p-1.5">
      <Button
        variant="plain"
        className="flex-1 justify-start! px-2 text-muted hover:text-text"
        icon={<Plus className="size-3.5" aria-hidden />}
        data-new-session=""
        onClick={() => newSession()}
      >
        New session
      </Button>
      <IconButton label="Add project" onClick={() => openPage({ kind: "add-project" })}>
        <FolderPlus className="size-4" aria-hidden />
      </IconButton>
      <IconButton label="Settings" shortcut={useShortcut("settings.open")} onClick={() => openPage({ kind: "settings" })}>
        <Settings className="size-4" aria-hidden />
      </IconButton>
    </div>
  );
}
