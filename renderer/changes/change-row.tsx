import { Check, ChevronRight, ShieldAlert, X } from "lucide-react";
import type { CSSProperties } from "react";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { Visible } from "../markdown/visible.tsx";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Count } from "../ui/count.tsx";
import { cx } from "../ui/cx.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { letters } from "./rows.ts";

type FileProps = {
  id: string;
  change: PendingChange;
  name: string;
  depth: 0 | 1;
  /** Outside the folder of the repository that the project is. */
  isOutside: boolean;
  selected: boolean;
  agentName: (agentId: string) => string;
  /** What stands where no agent is known. */
  unowned: string | null;
  onSelect: () => void;
  onApprove: () => void;
  onReject: () => void;
  style: CSSProperties;
};

/** A changed file: letter, name, whose, how much; its actions where the pointer is, and for the selected one. */
export function ChangeRow({
  id,
  change,
  name,
  depth,
  isOutside,
  selected,
  agentName,
  unowned,
  onSelect,
  onApprove,
  onReject,
  style,
}: FileProps): React.JSX.Element {
  const { letter, word, tone } = letters[change.operation];
  const approved = change.review === "approved";
  const hidden = selected ? "" : "invisible group-hover:visible touch:visible";
  return (
    <div
      role="presentation"
      style={style}
      onClick={onSelect}
      className={cx(
        "group absolute inset-x-0 flex items-center gap-2 pr-2 hover:bg-hover",
        depth === 1 ? "pl-7" : "pl-3",
        selected && "bg-selected shadow-[inset_2px_0_0_var(--color-accent)]",
      )}
    >
      <div id={id} role="option" aria-selected={selected} className="flex min-w-0 flex-1 items-center gap-2 self-stretch">
        <span className={cx("w-3 shrink-0 text-center font-mono text-small font-semibold", tone)} title={word}>
          <span aria-hidden>{letter}</span>
          <span className="sr-only">{word}</span>
        </span>
        <span
          title={visibleText(change.path)}
          className={cx("min-w-0 flex-1 truncate", change.operation === "delete" && "text-muted line-through")}
        >
          {depth === 1 ? <span className="sr-only">{visibleText(change.path.slice(0, -name.length))}</span> : null}
          <Visible text={name} />
        </span>
        {isOutside ? <Outside /> : null}
        {change.protected ? (
          <ShieldAlert className="size-3.5 shrink-0 text-changed" aria-label="Runs later without asking" />
        ) : null}
        {change.agents.map((agent) => (
          <AgentMark key={agent} agentId={agent} label={agentName(agent)} />
        ))}
        {change.agent === null && unowned ? <span className="text-small text-faint">{unowned}</span> : null}
        <Count additions={change.additions} deletions={change.deletions} />
      </div>
      {/*
        Its place is kept in every row, so that the counts stand in a column and nothing moves under the pointer. For the
        pointer alone: no control can lie in a list of options, and the list has keys for the same.
      */}
      <span aria-hidden className="flex shrink-0 gap-0.5">
        <IconButton
          small
          tabIndex={-1}
          label={approved ? "Take the approval back" : "Approve"}
          shortcut="A"
          pressed={approved}
          className={cx(approved ? "bg-transparent! text-added!" : hidden)}
          onClick={stop(onApprove)}
        >
          <Check className="size-3.5" aria-hidden />
        </IconButton>
        <IconButton small tabIndex={-1} label="Reject" shortcut="R" className={hidden} onClick={stop(onReject)}>
          <X className="size-3.5" aria-hidden />
        </IconButton>
      </span>
    </div>
  );
}

function stop(action: () => void): (event: React.MouseEvent) => void {
  return (event) => {
    event.stopPropagation();
    action();
  };
}

function Outside(): React.JSX.Element {
  return <span className="shrink-0 rounded-control border border-line px-1 text-small text-muted">outside</span>;
}

type FolderProps = {
  folder: string;
  files: number;
  isOutside: boolean;
  open: boolean;
  onToggle: () => void;
  style: CSSProperties;
};

export function FolderRow({ folder, files, isOutside, open, onToggle, style }: FolderProps): React.JSX.Element {
  return (
    // For the pointer alone: a list of options has nothing else in it, and the files' names tell their folder.
    <div aria-hidden style={style} className="absolute inset-x-0 flex">
      <button
        type="button"
        tabIndex={-1}
        aria-expanded={open}
        onClick={onToggle}
        className="flex min-w-0 flex-1 items-center gap-1 pr-3 pl-2 text-left text-muted hover:bg-hover"
      >
        <ChevronRight className={cx("size-3.5 shrink-0 transition-transform", open && "rotate-90")} aria-hidden />
        <span title={visibleText(folder)} className="min-w-0 flex-1 truncate">
          <Visible text={folder} />
        </span>
        {isOutside ? <Outside /> : null}
        {open ? null : <span className="text-small text-faint tabular-nums">{files}</span>}
      </button>
    </div>
  );
}
