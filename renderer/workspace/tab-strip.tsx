import { Plus, X } from "lucide-react";
import { useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import { closePane, closeTab, moveTab, splitPane } from "../../shared/layout.ts";
import { tabKey, type Pane, type Tab } from "../../shared/layout-tree.ts";
import { activate, archiveChat, close, exportChat, newChat, newTerminal } from "../commands/actions.ts";
import { commandEntry, useShortcut } from "../commands/keys.ts";
import { useApp } from "../stores/app.ts";
import { openDialog } from "../stores/frame.ts";
import { changeLayout } from "../stores/layout.ts";
import { useViewport } from "../stores/viewport.ts";
import { ContextMenu, Menu, type MenuEntries } from "../ui/menu.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { useDrag } from "./drag.ts";
import { openable } from "./openable.ts";
import { TabLabel } from "./tab-label.tsx";

type Props = { sessionId: string; pane: Pane; focused: boolean; alone: boolean; panelId: (key: string) => string };

/** A pane's tabs. Middle click closes; arrows go from tab to tab; tabs are dragged within and between panes. */
export function TabStrip({ sessionId, pane, focused, alone, panelId }: Props): React.JSX.Element {
  const list = useRef<HTMLDivElement>(null);
  const [dropAt, setDropAt] = useState<number | null>(null);

  const onKeyDown = (event: KeyboardEvent): void => {
    const at = pane.tabs.findIndex((tab) => tabKey(tab) === pane.active);
    const goal = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: pane.tabs.length - 1 }[event.key];
    const tab = goal === undefined ? undefined : pane.tabs[(goal + pane.tabs.length) % pane.tabs.length];
    const active = pane.tabs[at];
    if (tab) activate(sessionId, tabKey(tab));
    else if (event.key === "Delete" && active) close(sessionId, active);
    else return;
    event.preventDefault();
    requestAnimationFrame(() => list.current?.querySelector<HTMLElement>('[role="tab"][aria-selected="true"]')?.focus());
  };
  const onDragOver = (event: DragEvent): void => {
    if (!useDrag.getState().key) return;
    event.preventDefault();
    const tabs = [...(list.current?.querySelectorAll('[role="tab"]') ?? [])];
    const index = tabs.findIndex((tab) => event.clientX < tab.getBoundingClientRect().left + tab.clientWidth / 2);
    setDropAt(index === -1 ? tabs.length : index);
  };
  const onDrop = (event: DragEvent): void => {
    const { key } = useDrag.getState();
    setDropAt(null);
    if (!key || dropAt === null) return;
    event.preventDefault();
    const from = pane.tabs.findIndex((tab) => tabKey(tab) === key);
    const index = from !== -1 && from < dropAt ? dropAt - 1 : dropAt;
    changeLayout(sessionId, (layout) => moveTab(layout, key, pane.id, index));
  };

  return (
    <div
      className="flex h-full min-w-0 items-stretch border-b border-line bg-panel"
      onDragOver={onDragOver}
      onDragLeave={() => setDropAt(null)}
      onDrop={onDrop}
    >
      <div ref={list} role="tablist" aria-label="Tabs" onKeyDown={onKeyDown} className="tab-scroll flex min-w-0 overflow-x-auto">
        {pane.tabs.map((tab, index) => (
          <TabButton
            key={tabKey(tab)}
            tab={tab}
            sessionId={sessionId}
            pane={pane}
            focused={focused}
            alone={alone}
            panelId={panelId}
            dropBefore={dropAt === index}
          />
        ))}
        <span aria-hidden className={cx("w-0.5 shrink-0", dropAt === pane.tabs.length && "bg-accent")} />
      </div>
      <NewMenu sessionId={sessionId} paneId={pane.id} />
    </div>
  );
}

type TabProps = Omit<Props, never> & { tab: Tab; dropBefore: boolean };

function TabButton({ tab, sessionId, pane, focused, alone, panelId, dropBefore }: TabProps): React.JSX.Element {
  const key = tabKey(tab);
  const selected = pane.active === key;
  return (
    <ContextMenu entries={tabMenu(sessionId, pane, tab, alone)}>
      <div
        role="tab"
        id={`${panelId(key)}-tab`}
        aria-selected={selected}
        aria-controls={panelId(key)}
        tabIndex={selected ? 0 : -1}
        draggable
        ref={selected ? (element) => element?.scrollIntoView({ block: "nearest", inline: "nearest" }) : undefined}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("application/x-hearth-tab", key);
          // Chromium ends a drag whose source changes in the same turn.
          setTimeout(() => useDrag.setState({ key }));
        }}
        onDragEnd={() => useDrag.setState({ key: null })}
        onClick={() => activate(sessionId, key)}
        onAuxClick={(event) => event.button === 1 && close(sessionId, tab)}
        onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && activate(sessionId, key)}
        className={cx(
          "group relative flex max-w-52 min-w-0 shrink-0 items-center gap-1.5 border-r border-line pr-1 pl-3 -outline-offset-2",
          selected ? "bg-canvas text-text" : "text-muted hover:text-text",
        )}
      >
        {dropBefore ? <span aria-hidden className="absolute inset-y-0 left-0 w-0.5 bg-accent" /> : null}
        <TabLabel tab={tab} sessionId={sessionId} />
        <button
          type="button"
          tabIndex={-1}
          aria-label="Close tab"
          onClick={(event) => {
            event.stopPropagation();
            close(sessionId, tab);
          }}
          className={cx(
            "inline-flex size-5 shrink-0 items-center justify-center rounded-mark text-faint hover:bg-selected hover:text-text",
            selected ? "opacity-100" : "opacity-0 group-hover:opacity-100 touch:hidden",
          )}
        >
          <X className="size-3" aria-hidden />
        </button>
        {selected ? (
          <span aria-hidden className={cx("absolute inset-x-0 -bottom-px h-0.5", focused ? "bg-accent" : "bg-line-strong")} />
        ) : null}
      </div>
    </ContextMenu>
  );
}

function tabMenu(sessionId: string, pane: Pane, tab: Tab, alone: boolean): MenuEntries {
  const key = tabKey(tab);
  const others = pane.tabs.filter((other) => tabKey(other) !== key);
  return [
    { label: "Close", onSelect: () => close(sessionId, tab) },
    others.length > 0 && {
      label: "Close the others",
      onSelect: () => changeLayout(sessionId, (layout) => others.reduce((next, other) => closeTab(next, tabKey(other)), layout)),
    },
    others.length > 0 && { kind: "separator" },
    others.length > 0 && {
      label: "Move to the right",
      onSelect: () => changeLayout(sessionId, (layout) => splitPane(layout, pane.id, "right", tab)),
    },
    others.length > 0 && {
      label: "Move below",
      onSelect: () => changeLayout(sessionId, (layout) => splitPane(layout, pane.id, "down", tab)),
    },
    tab.kind === "chat" && { kind: "separator" },
    tab.kind === "chat" && { label: "Rename chat…", onSelect: () => openDialog({ kind: "rename-chat", chatId: tab.id }) },
    tab.kind === "chat" && { label: "Export as Markdown", onSelect: () => void exportChat(tab.id) },
    tab.kind === "chat" && { label: "Archive chat", onSelect: () => void archiveChat(tab.id) },
    !alone && { kind: "separator" },
    !alone && { label: "Close pane", onSelect: () => changeLayout(sessionId, (layout) => closePane(layout, pane.id)) },
  ];
}

function NewMenu({ sessionId, paneId }: { sessionId: string; paneId: string }): React.JSX.Element {
  // Read while drawing so that the lists in the menu are those of now.
  useApp((state) => state.app?.chats);
  const phone = useViewport() === "phone";
  const newChatShortcut = useShortcut("chat.new");
  const newTerminalShortcut = useShortcut("terminal.new");
  return (
    <div className="flex shrink-0 items-center px-1">
      <Menu
        trigger={
          <IconButton label="Open in this pane">
            <Plus className="size-4" aria-hidden />
          </IconButton>
        }
        entries={[
          { label: "New chat", shortcut: newChatShortcut, onSelect: () => void newChat(sessionId, { paneId }) },
          { label: "New terminal", shortcut: newTerminalShortcut, onSelect: () => void newTerminal(sessionId, paneId) },
          ...openable(sessionId, paneId),
          { kind: "separator" },
          commandEntry("tab.reopen"),
          // A phone shows one pane.
          !phone && commandEntry("pane.split-right"),
          !phone && commandEntry("pane.split-down"),
          !phone && commandEntry("pane.zoom"),
          !phone && commandEntry("pane.close"),
        ]}
      />
    </div>
  );
}
