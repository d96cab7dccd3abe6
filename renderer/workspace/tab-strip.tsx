import { Minimize2, Plus } from "lucide-react";
import { useRef, useState, type DragEvent, type KeyboardEvent } from "react";
import { moveTab, toggleZoom } from "../../shared/layout.ts";
import { tabKey, type Pane } from "../../shared/layout-tree.ts";
import { activate, close, newChat, newTerminal } from "../commands/actions.ts";
import { commandEntry, useShortcut } from "../commands/keys.ts";
import { useApp } from "../stores/app.ts";
import { changeLayout } from "../stores/layout.ts";
import { useViewport } from "../stores/viewport.ts";
import { Button } from "../ui/button.tsx";
import { Menu } from "../ui/menu.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Tooltip } from "../ui/tooltip.tsx";
import { agentTerminals } from "./agent-terminals.ts";
import { useDrag } from "./drag.ts";
import { openable } from "./openable.ts";
import { TabButton } from "./tab-button.tsx";

type Props = {
  sessionId: string;
  pane: Pane;
  focused: boolean;
  alone: boolean;
  /** It fills the workspace for now, and others lie behind it. */
  zoomed: boolean;
  panelId: (key: string) => string;
};

/** A pane's tabs. Middle click closes; arrows go from tab to tab; tabs are dragged within and between panes. */
export function TabStrip({ sessionId, pane, focused, alone, zoomed, panelId }: Props): React.JSX.Element {
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
      <div
        ref={list}
        role="tablist"
        aria-label="Tabs"
        onKeyDown={onKeyDown}
        onWheel={({ currentTarget, deltaX, deltaY }) => {
          if (deltaX === 0) currentTarget.scrollLeft += deltaY;
        }}
        className="fade-overflow-x flex min-w-0 overflow-x-auto [scrollbar-width:none]"
      >
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
      {zoomed ? <Unzoom sessionId={sessionId} /> : null}
    </div>
  );
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
          ...agentTerminals(sessionId, paneId),
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

/** The sign of a zoomed pane, and the way back to the others. */
function Unzoom({ sessionId }: { sessionId: string }): React.JSX.Element {
  const shortcut = useShortcut("pane.zoom");
  return (
    <div className="ml-auto flex shrink-0 items-center pr-1">
      <Tooltip label="Show the other panes again" shortcut={shortcut}>
        <Button
          variant="plain"
          className="text-muted"
          icon={<Minimize2 className="size-3.5" aria-hidden />}
          onClick={() => changeLayout(sessionId, (layout) => toggleZoom(layout))}
        >
          Zoomed
        </Button>
      </Tooltip>
    </div>
  );
}
