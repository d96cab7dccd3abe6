import { lazy, Suspense, useEffect, useMemo, useRef, useState } from "react";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { useProject, useSession, useSettings } from "../stores/app.ts";
import { loadChanges, useSessionChanges } from "../stores/changes.ts";
import { useShownTurn } from "../stores/shown-turn.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { approve, reject, toggleApproval } from "./actions.ts";
import { ApplyDialog } from "./apply-dialog.tsx";
import { BroughtInLine } from "./brought-in.tsx";
import { ChangeHeader } from "./change-header.tsx";
import { ChangeList } from "./change-list.tsx";
import { ChangesHead } from "./changes-head.tsx";
import { CommitBox } from "./commit-box.tsx";
import { ListFilters } from "./list-filters.tsx";
import { pathsIn } from "./listed-changes.ts";
import { NotCoveredList } from "./not-covered.tsx";
import { ReviewActions } from "./review-actions.tsx";
import { keepSelection, placeOf, step, toRows } from "./rows.ts";
import { TurnFilter } from "./turn-filter.tsx";
import { useNarrowing } from "./use-narrowing.ts";
import { useView } from "./use-view.ts";

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
          <NoChanges
            sessionId={sessionId}
            text={
              commitBox
                ? "Everything is applied."
                : "No changes. What agents and you change in this session’s files appears here."
            }
          />
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

function NoChanges({ sessionId, text }: { sessionId: string; text: string }): React.JSX.Element {
  const turn = useShownTurn((all) => all[sessionId] ?? null);
  return (
    <div className="flex h-full flex-col">
      {turn ? <TurnFilter sessionId={sessionId} turn={turn} pending={0} /> : null}
      <div className="min-h-0 flex-1">
        <EmptyState>{text}</EmptyState>
      </div>
    </div>
  );
}

/** Whether the key is for a control that has the focus: text for a field, Enter and the arrows for a button or a menu. */
function isOfControl({ target, key }: React.KeyboardEvent): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.closest("input, textarea")) return true;
  return key.length > 1 && target.closest("button, [role=menu], [role=dialog]") !== null;
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
  const narrowing = useNarrowing(sessionId, changes, folder);
  const { listed: listedNow, isAll, words, setWords } = narrowing;
  const rows = useMemo(() => toRows(listedNow, view.files, folded), [listedNow, view.files, folded]);
  if (listed !== listedNow) {
    setListed(listedNow);
    setSelected(keepSelection(listed, listedNow, selected));
  }
  const path = selected ?? step(rows, null, 1, false);
  const change = listedNow.find((one) => one.path === path) ?? null;
  const approveListed = (): void => {
    if (listedNow.length > 0) void approve(sessionId, isAll ? undefined : pathsIn(listedNow), false);
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
    "/": () => setWords(words ?? ""),
  };
  const onKeyDown = (event: React.KeyboardEvent): void => {
    if (isOfControl(event)) return;
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
    <div data-changes className="@container flex h-full min-h-0 flex-col" onKeyDown={onKeyDown}>
      <ChangesHead
        sessionId={sessionId}
        changes={changes}
        isFinding={words !== null}
        onFind={(finding) => setWords(finding ? "" : null)}
      />
      <ListFilters sessionId={sessionId} folder={folder} narrowing={narrowing} />
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
              place={placeOf(rows, change.path)}
              onStep={(by) => setSelected(step(rows, path, by, false))}
              onApply={inPlace ? null : () => setApplying({ paths: [change.path] })}
            />
            <div ref={diffRegion} tabIndex={-1} className="focus-frame min-h-0 flex-1">
              <Suspense fallback={<Skeleton rows={6} className="p-2" label="Loading the change" />}>
                <DiffPane sessionId={sessionId} change={change} style={diffStyle} wrap={view.wrap} />
              </Suspense>
            </div>
          </section>
        ) : (
          <div className="min-h-0 flex-1">
            <EmptyState>{words ? "No file’s path has that in it." : "Nothing of it is pending."}</EmptyState>
          </div>
        )}
      </div>
      <ReviewActions
        changes={listedNow}
        isAll={isAll}
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
