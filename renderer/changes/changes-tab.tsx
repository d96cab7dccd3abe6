import { SlidersHorizontal } from "lucide-react";
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import { isChangeAt } from "../../shared/change-paths.ts";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { patchSettings } from "../commands/patch-settings.ts";
import { useAgents, useProject, useSession, useSettings } from "../stores/app.ts";
import { loadChanges, useChangeCount, useSessionChanges } from "../stores/changes.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { Count } from "../ui/count.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { Menu } from "../ui/menu.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { approve, reject, toggleApproval } from "./actions.ts";
import { ApplyDialog } from "./apply-dialog.tsx";
import { BroughtInLine } from "./brought-in.tsx";
import { ChangeHeader } from "./change-header.tsx";
import { ChangeList } from "./change-list.tsx";
import { CommitBox } from "./commit-box.tsx";
import { FolderFilter } from "./folder-filter.tsx";
import { NotCoveredList } from "./not-covered.tsx";
import { keepSelection, step, toRows } from "./rows.ts";
import { setView, useView } from "./use-view.ts";

// The viewer with its highlighter is large; the list is there before it is.
const DiffPane = lazy(() => import("./diff-pane.tsx").then((file) => ({ default: file.DiffPane })));

type Props = { sessionId: string; active: boolean };

/** The session's pending changes: files, the selected one's diff, and what can be done with them. */
export function ChangesTab({ sessionId }: Props): React.JSX.Element {
  const { changes, notCovered, failure, committable } = useSessionChanges(sessionId);
  useEffect(() => void loadChanges(sessionId), [sessionId]);
  if (!changes) {
    if (!failure) return <Skeleton rows={5} className="p-2" label="Loading the changes" />;
    return (
      <ErrorState
        title="The changes can’t be shown"
        details={`${failure.code}: ${failure.message}`}
        action={<Button onClick={() => void loadChanges(sessionId)}>Try again</Button>}
      >
        {failure.code === "WORKING_COPY_MISSING"
          ? "The session’s folder isn’t there. Recreate it from the session’s menu."
          : "The files themselves are untouched."}
      </ErrorState>
    );
  }
  const commitBox =
    committable.paths.length + committable.left.length > 0 ? <CommitBox sessionId={sessionId} committable={committable} /> : null;
  return (
    <div className="old-when-away flex h-full min-h-0 flex-col">
      {failure ? (
        <p role="alert" className="flex items-center gap-2 border-b border-line bg-removed-soft px-3 py-1 text-small">
          <span className="min-w-0 flex-1">What is shown may be old: {failure.message}</span>
          <button type="button" className="font-medium underline" onClick={() => void loadChanges(sessionId)}>
            Try again
          </button>
        </p>
      ) : null}
      <div className="min-h-0 flex-1">
        {changes.length === 0 ? (
          <EmptyState>
            {commitBox
              ? "Everything is applied."
              : "No changes. What agents and you change in this session’s files appears here."}
          </EmptyState>
        ) : (
          <Review
            sessionId={sessionId}
            changes={changes}
            where={committable.place?.kind === "checkout" ? (committable.branch ?? "the checkout") : null}
          />
        )}
      </div>
      <BroughtInLine sessionId={sessionId} />
      <NotCoveredList entries={notCovered.flatMap(({ path, agent, notCovered: why }) => (why ? [{ path, agent, why }] : []))} />
      {commitBox}
    </div>
  );
}

function Review({
  sessionId,
  changes,
  where,
}: {
  sessionId: string;
  changes: PendingChange[];
  /** The checkout; null where it isn't known, or there is none. */
  where: string | null;
}): React.JSX.Element {
  const view = useView();
  const diffStyle = useSettings()?.diffStyle ?? "unified";
  const [selected, setSelected] = useState<string | null>(null);
  const [folded, setFolded] = useState<ReadonlySet<string>>(new Set());
  const [applying, setApplying] = useState<{ paths: string[] | undefined } | null>(null);
  const [listed, setListed] = useState(changes);
  const diffRegion = useRef<HTMLDivElement>(null);
  const inPlace = useSession(sessionId)?.workingCopy.kind === "in-place";
  const folder = useProject(useSession(sessionId)?.projectId ?? "")?.folder ?? "";
  const inFolder = useMemo(() => changes.filter((one) => isChangeAt(one, folder)), [changes, folder]);
  const [isNarrow, setIsNarrow] = useState(false);
  const listedNow = isNarrow ? inFolder : changes;
  const rows = useMemo(() => toRows(listedNow, view.files, folded), [listedNow, view.files, folded]);
  if (listed !== listedNow) {
    setListed(listedNow);
    setSelected(keepSelection(listed, listedNow, selected));
  }
  const path = selected ?? step(rows, null, 1, false);
  const change = listedNow.find((one) => one.path === path) ?? null;
  const approveListed = (): void => {
    if (listedNow.length > 0) void approve(sessionId, isNarrow ? pathsIn(listedNow) : undefined, false);
  };

  const keys: Record<string, () => void> = {
    j: () => setSelected(step(rows, path, 1, false)),
    ArrowDown: () => setSelected(step(rows, path, 1, false)),
    k: () => setSelected(step(rows, path, -1, false)),
    ArrowUp: () => setSelected(step(rows, path, -1, false)),
    n: () => setSelected(step(rows, path, 1, true)),
    p: () => setSelected(step(rows, path, -1, true)),
    a: () => change && void toggleApproval(sessionId, change),
    r: () => change && void reject(sessionId, [change.path]),
    Enter: () => diffRegion.current?.focus(),
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (
      event.target instanceof HTMLElement &&
      event.target.closest("input, textarea, button, [role=menu], [role=dialog]") &&
      event.key.length > 1
    )
      return;
    if (event.target instanceof HTMLElement && event.target.closest("input, textarea")) return;
    if (event.key === "Enter" && (event.metaKey || event.ctrlKey)) {
      event.preventDefault();
      return approveListed();
    }
    if (event.metaKey || event.ctrlKey || event.altKey) return;
    const inDiff = diffRegion.current?.contains(event.target instanceof Node ? event.target : null) ?? false;
    const action = inDiff && event.key.startsWith("Arrow") ? undefined : keys[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  const toggleFolder = (folder: string): void =>
    setFolded((now) => (now.has(folder) ? new Set([...now].filter((other) => other !== folder)) : new Set([...now, folder])));

  return (
    <div className="@container flex h-full min-h-0 flex-col" onKeyDown={onKeyDown}>
      <Head sessionId={sessionId} changes={changes} />
      {folder === "" ? null : (
        <FolderFilter folder={folder} inside={inFolder.length} all={changes.length} isNarrow={isNarrow} onNarrow={setIsNarrow} />
      )}
      <div className="flex min-h-0 flex-1 flex-col @min-[52rem]:flex-row">
        {/* As high as its files are many, up to a third and a bit: the rest is the diff's. */}
        <div className="flex max-h-[min(38%,18rem)] shrink-0 flex-col border-b border-line @min-[52rem]:max-h-none @min-[52rem]:w-72 @min-[52rem]:border-r @min-[52rem]:border-b-0">
          <ChangeList
            sessionId={sessionId}
            folder={folder}
            rows={rows}
            selected={path}
            onSelect={setSelected}
            onToggleFolder={toggleFolder}
          />
        </div>
        {change ? (
          <section aria-label="Change" className="flex min-h-0 min-w-0 flex-1 flex-col">
            <ChangeHeader
              sessionId={sessionId}
              change={change}
              onApply={inPlace ? null : () => setApplying({ paths: [change.path] })}
            />
            <div ref={diffRegion} tabIndex={-1} className="min-h-0 flex-1 -outline-offset-2">
              <Suspense fallback={<Skeleton rows={6} className="p-2" label="Loading the change" />}>
                <DiffPane sessionId={sessionId} change={change} style={diffStyle} wrap={view.wrap} />
              </Suspense>
            </div>
          </section>
        ) : null}
      </div>
      <ReviewActions
        changes={listedNow}
        isAll={!isNarrow}
        where={inPlace ? null : { name: where }}
        onApprove={approveListed}
        onApply={(paths) => setApplying({ paths })}
      />
      {applying ? (
        <ApplyDialog sessionId={sessionId} paths={applying.paths} where={where} onClose={() => setApplying(null)} />
      ) : null}
    </div>
  );
}

function pathsIn(changes: readonly PendingChange[]): string[] {
  return changes.map((change) => change.path);
}

type ActionsProps = {
  /** What is listed, which is what is acted on; `isAll`: nothing is left out of it. */
  changes: readonly PendingChange[];
  isAll: boolean;
  /** Null in place, where nothing is applied; the name is null where it isn't known. */
  where: { name: string | null } | null;
  onApprove: () => void;
  onApply: (paths: string[] | undefined) => void;
};

function ReviewActions({ changes, isAll, where, onApprove, onApply }: ActionsProps): React.JSX.Element {
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

/** How much there is, by whom, and how it is shown. */
function Head({ sessionId, changes }: { sessionId: string; changes: PendingChange[] }): React.JSX.Element {
  const count = useChangeCount(sessionId);
  const view = useView();
  const diffStyle = useSettings()?.diffStyle;
  const agents = useAgents();
  const authors = [...new Set(changes.flatMap((change) => change.agents))];
  const approved = changes.filter((change) => change.review === "approved").length;
  return (
    <header className="flex h-9 shrink-0 items-center gap-2 border-b border-line pr-1.5 pl-3">
      <h2 className="font-semibold tabular-nums">
        Changes <span className="font-normal text-muted">{count.files}</span>
      </h2>
      <Count additions={count.additions} deletions={count.deletions} />
      <span className="min-w-0 flex-1 truncate text-right text-small text-muted tabular-nums">
        {[
          authors.length > 1
            ? `by ${authors.map((id) => agents.find((agent) => agent.id === id)?.label ?? id).join(" and ")}`
            : null,
          approved > 0 ? `${approved} approved` : null,
        ]
          .filter((text) => text !== null)
          .join(" · ")}
      </span>
      <Menu
        align="end"
        trigger={
          <IconButton label="View">
            <SlidersHorizontal className="size-4" aria-hidden />
          </IconButton>
        }
        entries={[
          { kind: "heading", label: "Files" },
          { label: "By folder", checked: view.files === "tree", onSelect: () => setView({ files: "tree" }) },
          { label: "As a list", checked: view.files === "list", onSelect: () => setView({ files: "list" }) },
          { kind: "separator" },
          { kind: "heading", label: "Diff" },
          { label: "Unified", checked: diffStyle === "unified", onSelect: () => void patchSettings({ diffStyle: "unified" }) },
          {
            label: "Side by side",
            hint: "where there is room",
            checked: diffStyle === "split",
            onSelect: () => void patchSettings({ diffStyle: "split" }),
          },
          { label: "Wrap lines", checked: view.wrap, onSelect: () => setView({ wrap: !view.wrap }) },
        ]}
      />
    </header>
  );
}
