import { ChevronDown, GitBranch, GitCommitHorizontal, Tag } from "lucide-react";
import { useState } from "react";
import type { Base, BaseList } from "../../shared/contract/projects.ts";
import { rpc } from "../rpc.ts";
import { useFetched } from "../stores/use-fetched.ts";
import { Picker, type PickerItem } from "../ui/picker.tsx";

type Props = { projectId: string; all: BaseList; value: Base | null; onChange: (base: Base) => void };

/** What a worktree starts from: a branch, a remote one or a tag. Looked for by the core, which tells of many the latest. */
export function BasePicker({ projectId, all, value, onChange }: Props): React.JSX.Element {
  const [query, setQuery] = useState("");
  const found = useFetched(projectId, query === "" ? null : query, () => rpc.projects.bases({ id: projectId, query }));
  const { bases, more } = (query === "" ? null : found.value) ?? all;
  const Icon = value === null ? GitBranch : icons[value.kind];
  return (
    <>
      <Picker
        label="Find a branch or tag"
        value={value?.ref ?? null}
        onChange={(ref) => {
          const base = bases.find((one) => one.ref === ref);
          if (base) onChange(base);
        }}
        onSearch={setQuery}
        items={bases.map(toItem)}
        emptyText={`No branch or tag has “${query}” in its name.`}
        footer={more ? <p className="px-2 py-1 text-small text-muted">There are more: type a part of the name.</p> : null}
        trigger={
          <button
            type="button"
            aria-label={value ? `Base: ${value.ref}` : "Choose a base"}
            className="row flex w-full items-center gap-2 rounded-control border border-line-strong bg-canvas px-2 text-left hover:bg-hover"
          >
            <Icon className="size-3.5 shrink-0 text-faint" aria-hidden />
            <span className="min-w-0 flex-1 truncate">{value?.ref ?? "Choose a branch or tag"}</span>
            {value ? <span className="shrink-0 font-mono text-code text-faint">{value.commit.slice(0, 8)}</span> : null}
            <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden />
          </button>
        }
      />
      {found.kind === "failed" ? (
        <p role="alert" className="mt-1 text-small text-removed">
          {found.failure.message}
        </p>
      ) : null}
    </>
  );
}

const icons = { branch: GitBranch, remote: GitBranch, tag: Tag, commit: GitCommitHorizontal } as const;

const groups: Record<Base["kind"], string> = {
  commit: "Checked out",
  branch: "Local branches",
  remote: "Remote branches",
  tag: "Tags",
};

function toItem({ ref, kind, commit, current }: Base): PickerItem {
  return {
    value: ref,
    label: ref,
    group: groups[kind],
    hint: current && kind === "branch" ? "current" : commit.slice(0, 8),
  };
}
