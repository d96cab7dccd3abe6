import { cx } from "../ui/cx.ts";

type Props = { folder: string; inside: number; all: number; isNarrow: boolean; onNarrow: (narrow: boolean) => void };

/** In a project that is a folder of its repository: its changes only, or all that there are. */
export function FolderFilter({ folder, inside, all, isNarrow, onNarrow }: Props): React.JSX.Element {
  return (
    <div role="group" aria-label="Which changes" className="flex shrink-0 items-center gap-1 border-b border-line px-2 py-1">
      <Choice pressed={!isNarrow} onClick={() => onNarrow(false)}>
        Everything <Number value={all} />
      </Choice>
      <Choice pressed={isNarrow} onClick={() => onNarrow(true)}>
        <span className="min-w-0 truncate">In {folder}</span> <Number value={inside} />
      </Choice>
    </div>
  );
}

type ChoiceProps = { pressed: boolean; onClick: () => void; children: React.ReactNode };

function Choice({ pressed, onClick, children }: ChoiceProps): React.JSX.Element {
  return (
    <button
      type="button"
      aria-pressed={pressed}
      onClick={onClick}
      className={cx(
        "flex h-6 min-w-0 items-center gap-1.5 rounded-control px-2 text-small touch:h-9",
        pressed ? "bg-selected font-medium" : "text-muted hover:bg-hover",
      )}
    >
      {children}
    </button>
  );
}

function Number({ value }: { value: number }): React.JSX.Element {
  return <span className="shrink-0 font-normal text-muted tabular-nums">{value}</span>;
}
