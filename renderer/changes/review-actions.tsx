import type { PendingChange } from "../../shared/contract/changes.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { pathsIn } from "./listed-changes.ts";

type ActionsProps = {
  /** What is listed, which is what is acted on; `isAll`: nothing is left out of it. */
  changes: readonly PendingChange[];
  isAll: boolean;
  /** Null in place, where nothing is applied; the name is null where it isn't known. */
  where: { name: string | null } | null;
  onApprove: () => void;
  onApply: (paths: string[] | undefined) => void;
};

/** What is done with all that is listed. */
export function ReviewActions({ changes, isAll, where, onApprove, onApply }: ActionsProps): React.JSX.Element {
  const approved = pathsIn(changes.filter((one) => one.review === "approved"));
  const some = approved.length > 0 ? approved : isAll ? undefined : pathsIn(changes);
  return (
    <footer className="flex flex-wrap items-center justify-between gap-2 border-t border-line bg-panel px-2 py-1.5 [anchor-name:--review]">
      <Button
        variant="plain"
        shortcut="Mod+Enter"
        disabled={approved.length === changes.length}
        className="[&_kbd]:hidden @min-[26rem]:[&_kbd]:inline"
        onClick={onApprove}
      >
        {isAll ? "Approve all" : "Approve these"}
      </Button>
      {where ? (
        <MainButton rank="apply" className="max-w-full" disabled={changes.length === 0} onClick={() => onApply(some)}>
          <span className="truncate">
            {approved.length > 0 ? `Apply ${approved.length} approved` : `Apply ${isAll ? "all " : ""}${changes.length}`}
            {where.name === null ? "…" : ` → ${where.name}`}
          </span>
        </MainButton>
      ) : null}
    </footer>
  );
}
