import { ChevronDown, GitBranch } from "lucide-react";
import type { Base } from "../../shared/contract/projects.ts";
import { Picker } from "../ui/picker.tsx";

type Props = { bases: readonly Base[]; value: string; onChange: (ref: string) => void };

/** What a worktree starts from, with its commit, and how far behind its remote it is. */
export function BasePicker({ bases, value, onChange }: Props): React.JSX.Element {
  const chosen = bases.find((base) => base.ref === value);
  return (
    <Picker
      label="Base"
      value={value}
      onChange={onChange}
      items={bases.map((base) => ({
        value: base.ref,
        label: base.ref,
        hint: base.current ? "current" : base.commit.slice(0, 8),
      }))}
      emptyText="No branch or tag matches."
      trigger={
        <button
          type="button"
          aria-label={`Base: ${value}`}
          className="row flex w-full items-center gap-2 rounded-control border border-line-strong bg-canvas px-2 text-left hover:bg-hover"
        >
          <GitBranch className="size-3.5 shrink-0 text-faint" aria-hidden />
          <span className="min-w-0 flex-1 truncate">{value}</span>
          {chosen ? <span className="shrink-0 font-mono text-code text-faint">{chosen.commit.slice(0, 8)}</span> : null}
          <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden />
        </button>
      }
    />
  );
}
