import { ChevronDown, FolderGit2, GitBranch } from "lucide-react";
import { useState } from "react";
import { placeName, type PlaceChoice } from "../../shared/apply-place.ts";
import { rpc } from "../rpc.ts";
import { useFetched, type Fetched } from "../stores/use-fetched.ts";
import { Picker, type PickerItem } from "../ui/picker.tsx";

type Places = { places: PlaceChoice[]; more: boolean };
type Props = { sessionId: string; all: Fetched<Places>; value: PlaceChoice | null; onChange: (place: PlaceChoice) => void };

/** Where changes go: the checkout, another worktree, or a branch that is checked out nowhere. Looked for by the core. */
export function PlacePicker({ sessionId, all, value, onChange }: Props): React.JSX.Element {
  const [query, setQuery] = useState("");
  const found = useFetched(sessionId, query === "" ? null : query, () => rpc.changes.places({ id: sessionId, query }));
  const { places, more } = (query === "" ? null : found.value) ?? all.value ?? { places: [], more: false };
  const failed = [all, found].find((one) => one.kind === "failed");
  const Icon = value?.kind === "branch" ? GitBranch : FolderGit2;
  return (
    <div className="mt-1 mb-3">
      <Picker
        label="Find a worktree or branch"
        value={value?.to ?? null}
        onChange={(to) => {
          const place = places.find((one) => one.to === to);
          if (place) onChange(place);
        }}
        onSearch={setQuery}
        items={places.map(toItem)}
        emptyText="No worktree or branch matches."
        footer={more ? <p className="px-2 py-1 text-small text-faint">More branches are found by their name.</p> : null}
        trigger={
          <button
            type="button"
            aria-label={value ? `Apply to: ${placeName(value)}` : "Choose where to apply"}
            className="row flex w-full items-center gap-2 rounded-control border border-line-strong bg-canvas px-2 text-left hover:bg-hover"
          >
            <Icon className="size-3.5 shrink-0 text-faint" aria-hidden />
            <span className="min-w-0 flex-1 truncate">{value ? placeName(value) : "Choose a worktree or branch"}</span>
            {value ? <span className="shrink-0 text-small text-muted">{hintOf(value)}</span> : null}
            <ChevronDown className="size-3.5 shrink-0 text-faint" aria-hidden />
          </button>
        }
      />
      {failed?.kind === "failed" ? (
        <p role="alert" className="mt-1 text-small text-removed">
          {failed.failure.message}
        </p>
      ) : null}
    </div>
  );
}

const groups: Record<PlaceChoice["kind"], string> = {
  checkout: "Project’s checkout",
  worktree: "Other worktrees",
  branch: "Branches, as a commit on top",
};

function toItem(place: PlaceChoice): PickerItem {
  return {
    value: place.to,
    label: placeName(place),
    group: groups[place.kind],
    hint: hintOf(place),
    ...(place.path === null ? {} : { detail: place.path }),
  };
}

function hintOf({ kind, clean }: PlaceChoice): string {
  if (kind === "branch") return "not checked out";
  if (clean === null) return "";
  return clean ? "clean" : "has changes";
}
