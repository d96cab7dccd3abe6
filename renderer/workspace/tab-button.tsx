import { X } from "lucide-react";
import { closePane, closeTab } from "../../shared/layout.ts";
import { tabKey, type Pane, type Tab } from "../../shared/layout-tree.ts";
import { activate, archiveChat, close, exportChat } from "../commands/actions.ts";
import { splitWith } from "../commands/split-pane.ts";
import { startRenaming, useFrame } from "../stores/frame.ts";
import { changeLayout } from "../stores/layout.ts";
import { cx } from "../ui/cx.ts";
import { ContextMenu, type MenuEntries } from "../ui/menu.tsx";
import { useDrag } from "./drag.ts";
import { TabLabel } from "./tab-label.tsx";

type Props = {
  tab: Tab;
  sessionId: string;
  pane: Pane;
  focused: boolean;
  alone: boolean;
  panelId: (key: string) => string;
  dropBefore: boolean;
};

/** One tab: shows its content, is dragged, and closes by middle click, Delete, or the cross that a pointer finds. */
export function TabButton({ tab, sessionId, pane, focused, alone, panelId, dropBefore }: Props): React.JSX.Element {
  const key = tabKey(tab);
  const selected = pane.active === key;
  const isRenamed = useFrame(({ renaming }) => renaming?.kind === "chat" && tab.kind === "chat" && renaming.id === tab.id);
  return (
    <ContextMenu entries={tabMenu(sessionId, pane, tab, alone)}>
      <div
        role="presentation"
        // In a field the pointer chooses text.
        draggable={!isRenamed}
        ref={selected ? (element) => element?.scrollIntoView({ block: "nearest", inline: "nearest" }) : undefined}
        onDragStart={(event) => {
          event.dataTransfer.effectAllowed = "move";
          event.dataTransfer.setData("application/x-hearth-tab", key);
          // Chromium ends a drag whose source changes in the same turn.
          setTimeout(() => useDrag.setState({ key }));
        }}
        onDragEnd={() => useDrag.setState({ key: null })}
        onAuxClick={(event) => event.button === 1 && close(sessionId, tab)}
        className={cx(
          "group relative flex max-w-52 min-w-0 shrink-0 items-stretch border-r border-line pr-1",
          selected ? "bg-canvas text-text" : "text-muted hover:text-text",
        )}
      >
        {dropBefore ? <span aria-hidden className="absolute inset-y-0 left-0 w-0.5 bg-accent" /> : null}
        <div
          role="tab"
          id={`${panelId(key)}-tab`}
          aria-selected={selected}
          // The panel of a tab that was never shown isn't there yet.
          aria-controls={selected ? panelId(key) : undefined}
          aria-keyshortcuts="Delete"
          tabIndex={selected ? 0 : -1}
          onClick={() => activate(sessionId, key)}
          onDoubleClick={() => tab.kind === "chat" && startRenaming({ kind: "chat", id: tab.id })}
          onKeyDown={(event) => (event.key === "Enter" || event.key === " ") && activate(sessionId, key)}
          className="flex min-w-0 flex-1 items-center gap-1.5 pr-1 pl-3 -outline-offset-2"
        >
          <TabLabel tab={tab} sessionId={sessionId} />
        </div>
        {/* A control can't lie in a tab: by keyboard, and for who doesn't see it, the tab itself has Delete. */}
        <button
          type="button"
          tabIndex={-1}
          aria-hidden
          title="Close tab"
          onClick={() => close(sessionId, tab)}
          className={cx(
            "inline-flex size-5 shrink-0 items-center justify-center self-center rounded-mark text-faint hover:bg-selected hover:text-text",
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
    { label: "Close", shortcut: "Delete", onSelect: () => close(sessionId, tab) },
    others.length > 0 && {
      label: "Close the others",
      onSelect: () => changeLayout(sessionId, (layout) => others.reduce((next, other) => closeTab(next, tabKey(other)), layout)),
    },
    others.length > 0 && { kind: "separator" },
    others.length > 0 && { label: "Move to the right", onSelect: () => void splitWith(sessionId, pane.id, "right", tab) },
    others.length > 0 && { label: "Move below", onSelect: () => void splitWith(sessionId, pane.id, "down", tab) },
    tab.kind === "chat" && { kind: "separator" },
    tab.kind === "chat" && { label: "Rename chat", onSelect: () => startRenaming({ kind: "chat", id: tab.id }) },
    tab.kind === "chat" && { label: "Export as Markdown", onSelect: () => void exportChat(tab.id) },
    tab.kind === "chat" && { label: "Archive chat", onSelect: () => void archiveChat(tab.id) },
    !alone && { kind: "separator" },
    !alone && { label: "Close pane", onSelect: () => changeLayout(sessionId, (layout) => closePane(layout, pane.id)) },
  ];
}
