import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useId, useRef } from "react";
import { isChangeAt } from "../../shared/change-paths.ts";
import { useAgents } from "../stores/app.ts";
import { ChangeRow, FolderRow } from "./change-row.tsx";
import { useIsWorkedOn } from "../stores/changes.ts";
import { reject, toggleApproval } from "./actions.ts";
import type { ListRow } from "./rows.ts";

type Props = {
  sessionId: string;
  /** What of the repository the project is; empty for all of it. What lies outside is marked. */
  folder: string;
  rows: readonly ListRow[];
  selected: string | null;
  onSelect: (path: string) => void;
  onToggleFolder: (folder: string) => void;
};

const coarse = window.matchMedia("(pointer: coarse)");

/** The changed files. One stop for the Tab key; the panel's keys move the selection, which is scrolled into sight. */
export function ChangeList({ sessionId, folder, rows, selected, onSelect, onToggleFolder }: Props): React.JSX.Element {
  const scroller = useRef<HTMLDivElement>(null);
  const agents = useAgents();
  const workedOn = useIsWorkedOn(sessionId);
  const idPrefix = useId();
  const agentName = (agentId: string): string => agents.find((agent) => agent.id === agentId)?.label ?? agentId;
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => (coarse.matches ? 40 : 28),
    overscan: 12,
    getItemKey: (index) => keyOf(rows[index]),
  });
  const at = rows.findIndex((row) => row.kind === "file" && row.change.path === selected);
  useEffect(() => {
    if (at >= 0) virtual.scrollToIndex(at, { align: "auto" });
  }, [at, virtual]);
  return (
    <div
      ref={scroller}
      role="listbox"
      aria-label="Changed files"
      tabIndex={0}
      aria-activedescendant={at >= 0 ? `${idPrefix}-${at}` : undefined}
      className="min-h-0 flex-auto overflow-y-auto -outline-offset-2"
    >
      <div className="relative" style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().map((item) => {
          const row = rows[item.index];
          const style = { top: item.start, height: item.size };
          if (!row) return null;
          if (row.kind === "folder") {
            return (
              <FolderRow
                key={item.key}
                folder={row.folder}
                files={row.files}
                isOutside={!isChangeAt({ path: row.folder }, folder)}
                open={row.open}
                style={style}
                onToggle={() => onToggleFolder(row.folder)}
              />
            );
          }
          return (
            <ChangeRow
              key={item.key}
              id={`${idPrefix}-${item.index}`}
              change={row.change}
              name={row.name}
              depth={row.depth}
              isOutside={row.depth === 0 && !isChangeAt(row.change, folder)}
              selected={item.index === at}
              agentName={agentName}
              unowned={workedOn ? null : "manual"}
              style={style}
              onSelect={() => onSelect(row.change.path)}
              onApprove={() => void toggleApproval(sessionId, row.change)}
              onReject={() => void reject(sessionId, [row.change.path])}
            />
          );
        })}
      </div>
    </div>
  );
}

function keyOf(row: ListRow | undefined): string {
  if (!row) return "";
  return row.kind === "folder" ? `folder ${row.folder}` : `file ${row.change.path}`;
}
