import { Dialog } from "@base-ui/react/dialog";
import { Folder, MessageSquare, Search, Settings, SquareTerminal } from "lucide-react";
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import { commandList } from "../../shared/commands.ts";
import type { AppState } from "../../shared/contract/system.ts";
import { tagsText } from "../../shared/session-tags.ts";
import { findSettings } from "../../shared/settings-sections.ts";
import { useApp } from "../stores/app.ts";
import { closeDialog, openPage, useFrame } from "../stores/frame.ts";
import { cx } from "../ui/cx.ts";
import { isComposing } from "../ui/is-composing.ts";
import { Kbd } from "../ui/kbd.tsx";
import { StateDot } from "../ui/state-dot.tsx";
import { newSession, openAgentTerminal, restoreChat, showSession, showTab } from "./actions.ts";
import { shortcutOf } from "./keys.ts";
import { ranked } from "../../shared/fuzzy.ts";
import { canRun, runCommand } from "./registry.ts";

type PaletteItem = { id: string; label: string; hint: string; icon: ReactNode; shortcut?: string; run: () => void };

/** Everything by name: commands that can be had now, sessions, chats, projects. `>` in front leaves only commands. */
export function Palette(): React.JSX.Element {
  const app = useApp((state) => state.app);
  const [query, setQuery] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const chose = useRef(false);
  const entries = found(app, query);
  const chosen = entries[Math.min(at, entries.length - 1)];

  const choose = (entry: PaletteItem | undefined): void => {
    if (!entry) return;
    chose.current = true;
    closeDialog("palette");
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (isComposing(event)) return;
    const steps: Record<string, number> = { ArrowDown: 1, ArrowUp: -1, PageDown: 8, PageUp: -8 };
    const step = steps[event.key];
    if (event.key === "Enter") choose(chosen);
    else if (step !== undefined) setAt(Math.max(0, Math.min(entries.length - 1, at + step)));
    else return;
    event.preventDefault();
  };

  return (
    <Dialog.Root open modal="trap-focus" onOpenChange={(open) => !open && closeDialog("palette")}>
      <Dialog.Portal>
        <Dialog.Popup
          aria-label="Search commands, sessions and projects"
          // What was chosen knows where the keys go on.
          finalFocus={() => !chose.current}
          className="fixed top-[max(0.5rem,10vh)] left-1/2 z-30 flex max-h-[min(28rem,calc(100dvh-1rem))] w-[min(36rem,calc(100vw-1rem))] -translate-x-1/2 flex-col overflow-hidden rounded-card border border-line-strong bg-raised shadow-float transition-opacity outline-none data-ending-style:opacity-0 data-starting-style:opacity-0"
        >
          <div className="flex h-11 shrink-0 items-center gap-2.5 border-b border-line px-3.5">
            <Search className="size-4 shrink-0 text-faint" aria-hidden />
            <input
              autoFocus
              role="combobox"
              aria-expanded
              aria-controls={listId}
              aria-activedescendant={chosen ? `${listId}-${chosen.id}` : undefined}
              aria-label="Search commands, sessions and projects"
              placeholder="Search commands, sessions and projects"
              value={query}
              onChange={(event) => {
                setQuery(event.target.value);
                setAt(0);
              }}
              onKeyDown={onKeyDown}
              className="h-full min-w-0 flex-1 bg-transparent text-prose outline-none touch:text-[1rem]"
            />
          </div>
          <div id={listId} role="listbox" aria-label="Results" className="min-h-0 flex-1 overflow-y-auto p-1">
            {entries.map((entry) => (
              <Line
                key={entry.id}
                id={`${listId}-${entry.id}`}
                entry={entry}
                active={entry === chosen}
                onChoose={() => choose(entry)}
              />
            ))}
          </div>
          {entries.length === 0 ? (
            <p role="status" className="px-4 pb-4 text-muted">
              Nothing is called that.
            </p>
          ) : null}
        </Dialog.Popup>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Line({
  id,
  entry,
  active,
  onChoose,
}: {
  id: string;
  entry: PaletteItem;
  active: boolean;
  onChoose: () => void;
}): React.JSX.Element {
  return (
    <div
      id={id}
      role="option"
      aria-selected={active}
      ref={active ? (element) => element?.scrollIntoView({ block: "nearest" }) : undefined}
      onClick={onChoose}
      className={cx("row flex items-center gap-2.5 rounded-control px-2.5 py-1", active ? "bg-selected" : "hover:bg-hover")}
    >
      <span className="inline-flex size-4 shrink-0 items-center justify-center text-faint">{entry.icon}</span>
      <span className="min-w-0 flex-1 truncate">{entry.label}</span>
      <span className="max-w-2/5 shrink-0 truncate text-small text-muted">{entry.hint}</span>
      {entry.shortcut ? (
        <span className="shrink-0 touch:hidden">
          <Kbd keys={entry.shortcut} />
        </span>
      ) : null}
    </div>
  );
}

const maxEntries = 60;

function found(app: AppState | null, query: string): PaletteItem[] {
  const onlyCommands = query.startsWith(">");
  const words = onlyCommands ? query.slice(1) : query;
  const things =
    app && !onlyCommands
      ? [...sessionEntries(app), ...projectEntries(app), ...(words.trim() ? [...chatEntries(app), ...tuiEntries(app)] : [])]
      : [];
  const all = words.trim()
    ? [...things, ...commandEntries(), ...settingsEntries(words)]
    : [...things.filter(({ id }) => id !== useFrame.getState().sessionId).slice(0, 6), ...commandEntries()];
  return ranked(all, words, (entry) => `${entry.label} ${entry.hint}`).slice(0, maxEntries);
}

/** Tabs by number have keys of their own and would only crowd the list. */
function commandEntries(): PaletteItem[] {
  return commandList
    .filter((command) => !/^tab\.\d$/.test(command.id) && command.id !== "palette.open" && canRun(command.id))
    .map((command) => ({
      id: command.id,
      label: command.title,
      hint: command.group,
      icon: <span aria-hidden>›</span>,
      shortcut: shortcutOf(command.id),
      run: () => void runCommand(command.id),
    }));
}

/** The sections of the settings, each by what it holds too. */
function settingsEntries(words: string): PaletteItem[] {
  return findSettings(words).map(({ section: { id, title }, found: names }) => ({
    id: `settings.${id}`,
    label: title,
    hint: ["Settings", ...names].join(" · "),
    icon: <Settings className="size-3.5" aria-hidden />,
    run: () => openPage({ kind: "settings", section: id }),
  }));
}

function sessionEntries(app: AppState): PaletteItem[] {
  return app.sessions
    .toSorted((a, b) => b.updatedAt.localeCompare(a.updatedAt))
    .map((session) => ({
      id: session.id,
      label: session.title || "New session",
      hint: `${app.projects.find((project) => project.id === session.projectId)?.name ?? ""}${session.tags.length > 0 ? ` · ${tagsText(session.tags)}` : ""}${session.status === "archived" ? " · archived" : ""}`,
      icon: <StateDot state={session.activity} />,
      run: () => showSession(session.id),
    }));
}

/** Agents' own programs, to be started in the session on screen. */
function tuiEntries(app: AppState): PaletteItem[] {
  const { sessionId } = useFrame.getState();
  if (sessionId === null) return [];
  return app.agents
    .filter((agent) => agent.enabled && agent.tui?.path)
    .map((agent) => ({
      id: `tui-${agent.id}`,
      label: `${agent.label} in a terminal`,
      hint: "Its own program, in this session",
      icon: <SquareTerminal className="size-3.5" aria-hidden />,
      run: () => void openAgentTerminal(sessionId, agent.id),
    }));
}

function projectEntries(app: AppState): PaletteItem[] {
  return app.projects.map((project) => ({
    id: project.id,
    label: project.name,
    hint: "New session in this project",
    icon: <Folder className="size-3.5" aria-hidden />,
    run: () => newSession(project.id),
  }));
}

function chatEntries(app: AppState): PaletteItem[] {
  const sessionTitle = (id: string): string => app.sessions.find((session) => session.id === id)?.title ?? "";
  const chats = app.chats.map((chat) => ({
    id: chat.id,
    label: chat.title || `Chat ${chat.tabNumber}`,
    hint: `Chat in ${sessionTitle(chat.sessionId)}${chat.archived ? " · archived" : ""}`,
    icon: <MessageSquare className="size-3.5" aria-hidden />,
    run: () =>
      chat.archived ? void restoreChat(chat.sessionId, chat.id) : showTab(chat.sessionId, { kind: "chat", id: chat.id }),
  }));
  const terminals = app.terminals.map((terminal) => ({
    id: terminal.id,
    label: terminal.title || "Terminal",
    hint: `Terminal in ${sessionTitle(terminal.sessionId)}`,
    icon: <SquareTerminal className="size-3.5" aria-hidden />,
    run: () => showTab(terminal.sessionId, { kind: "terminal", id: terminal.id }),
  }));
  return [...chats, ...terminals];
}
