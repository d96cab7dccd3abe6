import { Command, Inbox, Menu as MenuIcon, Moon, PanelLeft, Sun } from "lucide-react";
import { tagsText } from "../../shared/session-tags.ts";
import { branchText } from "../../shared/branch-text.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { toggleInbox } from "../commands/focus-pane.ts";
import { useShortcut } from "../commands/keys.ts";
import { runCommand } from "../commands/registry.ts";
import { endRenaming, renameSession, tagSession } from "../commands/rename.ts";
import { desktop } from "../desktop-bridge.ts";
import { useApp, useInbox, useProject, useSession } from "../stores/app.ts";
import { openDialog, startRenaming, useFrame, useSessionId } from "../stores/frame.ts";
import { shownTheme } from "../stores/theme.ts";
import { useViewport } from "../stores/viewport.ts";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { TitleField } from "../ui/title-field.tsx";

/** Where the person is: project ▸ session · branch; and the ways to everywhere else. The window is moved by it. */
export function TitleBar(): React.JSX.Element {
  const viewport = useViewport();
  const phone = viewport === "phone";
  const sidebarShortcut = useShortcut("view.sidebar");
  const paletteShortcut = useShortcut("palette.open");
  return (
    <header
      className={cx(
        "window-drag flex h-11 shrink-0 items-center gap-2 border-b border-line bg-panel pr-2",
        desktop?.platform === "darwin" ? "pl-20" : "pl-2",
      )}
    >
      <IconButton
        data-sidebar-button
        label={phone ? "Projects and sessions" : "Sidebar"}
        shortcut={sidebarShortcut}
        onClick={() => runCommand("view.sidebar")}
      >
        {phone ? <MenuIcon className="size-4" aria-hidden /> : <PanelLeft className="size-4" aria-hidden />}
      </IconButton>
      <Place />
      <span className="flex-1" />
      <InboxButton />
      {phone ? (
        <IconButton label="Search" onClick={() => openDialog({ kind: "palette" })}>
          <Command className="size-4" aria-hidden />
        </IconButton>
      ) : (
        <IconButton
          label="Search commands, sessions and projects"
          shortcut={paletteShortcut}
          onClick={() => openDialog({ kind: "palette" })}
        >
          <Command className="size-4" aria-hidden />
        </IconButton>
      )}
      {phone ? null : <ThemeButton />}
    </header>
  );
}

function Place(): React.JSX.Element {
  const session = useSession(useSessionId());
  const project = useProject(session?.projectId);
  // A page in the session's place has the heading, and so has the first one.
  const isBelow = useFrame((state) => state.page !== null);
  const isFirst = useApp((state) => state.app?.projects.length === 0);
  if (!session) {
    const Start = isBelow || isFirst ? "span" : "h1";
    return <Start className="truncate text-muted">Hearth</Start>;
  }
  const branch = branchText(session.workingCopy);
  const Name = isBelow ? "div" : "h1";
  return (
    <Name className="flex min-w-0 items-baseline gap-1.5">
      <span className="hidden shrink-0 text-muted tablet:inline">{project?.name}</span>
      <span className="hidden shrink-0 text-faint tablet:inline" aria-hidden>
        ▸
      </span>
      <SessionTitle session={session} />
      <SessionTags session={session} />
      {branch !== null ? (
        <span
          className="selectable hidden min-w-0 shrink-[3] truncate text-small text-faint wide:inline"
          title={session.workingCopy.path}
        >
          <span aria-hidden>· </span>
          {branch}
        </span>
      ) : null}
    </Name>
  );
}

/** Pressed, it is written where it stands. */
function SessionTitle({ session: { id, title } }: { session: Session }): React.JSX.Element {
  const isRenamed = useFrame(({ renaming }) => renaming?.kind === "session" && renaming.id === id && renaming.at === "title bar");
  if (isRenamed) {
    return (
      <TitleField
        label="Title of the session"
        title={title}
        onSave={(next) => renameSession(id, next)}
        onClose={endRenaming}
        className="window-no-drag field-sizing-content max-w-full min-w-40 font-semibold"
      />
    );
  }
  return (
    <button
      type="button"
      title="Rename session"
      onClick={() => startRenaming({ kind: "session", id, at: "title bar" })}
      className="window-no-drag min-w-0 truncate rounded-control font-semibold"
    >
      {title || "New session"}
    </button>
  );
}

/** Pressed, they are written where they stand; a session without any has them in its menu. */
function SessionTags({ session }: { session: Session }): React.JSX.Element | null {
  const { id, tags } = session;
  const isWritten = useFrame(({ renaming }) => renaming?.kind === "tags" && renaming.id === id && renaming.at === "title bar");
  if (isWritten) {
    return (
      <TitleField
        label="Tags of the session"
        title={tagsText(tags)}
        placeholder="bug, tests"
        mayBeEmpty
        onSave={(text) => tagSession(id, text)}
        onClose={endRenaming}
        className="window-no-drag w-48 text-small"
      />
    );
  }
  if (tags.length === 0) return null;
  return (
    <button
      type="button"
      title="Change tags"
      onClick={() => startRenaming({ kind: "tags", id, at: "title bar" })}
      className="window-no-drag hidden min-w-0 shrink-[2] truncate rounded-control text-small text-muted tablet:inline"
    >
      {tagsText(tags)}
    </button>
  );
}

function InboxButton(): React.JSX.Element {
  const count = useInbox().length;
  const open = useFrame((state) => state.inboxOpen);
  const shortcut = useShortcut("view.inbox");
  return (
    <IconButton
      label={count > 0 ? `Inbox: ${count} waiting for you` : "Inbox"}
      shortcut={shortcut}
      pressed={open}
      onClick={() => toggleInbox()}
      className={cx("window-no-drag relative", count > 0 && "w-auto! gap-1 px-1.5 text-accent!")}
    >
      <Inbox className="size-4" aria-hidden />
      {count > 0 ? <span className="text-small font-semibold">{count}</span> : null}
    </IconButton>
  );
}

function ThemeButton(): React.JSX.Element {
  const theme = useApp(() => shownTheme());
  const next = theme === "dark" ? "light" : "dark";
  return (
    <IconButton label={`Switch to ${next}`} onClick={() => runCommand("view.theme")}>
      {theme === "dark" ? <Moon className="size-4" aria-hidden /> : <Sun className="size-4" aria-hidden />}
    </IconButton>
  );
}
