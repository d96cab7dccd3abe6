import { useEffect, useMemo, useState } from "react";
import type { FileDiff, PendingChange } from "../../shared/contract/changes.ts";
import { loadDiff, useDiff } from "../stores/changes.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { DiffViewer, DiffWorkers } from "../diff/diff-viewer.tsx";
import { BinaryChange } from "./binary-change.tsx";
import { prepareDiff } from "./prepare-diff.ts";
import { useIsWide } from "./use-is-wide.ts";

/** More changed lines than this are shown when asked for. */
const manyLines = 5_000;

type Props = { sessionId: string; change: PendingChange; style: "unified" | "split"; wrap: boolean | null };

/** The text of the selected change. */
export function DiffPane(props: Props): React.JSX.Element {
  const [measure, wide] = useIsWide();
  return (
    <div ref={measure} className="h-full">
      <DiffWorkers>
        <Shown {...props} style={wide ? props.style : "unified"} wrap={props.wrap ?? !wide} />
      </DiffWorkers>
    </div>
  );
}

function Shown({ sessionId, change, style, wrap }: Props & { wrap: boolean }): React.JSX.Element {
  const loaded = useDiff(sessionId, change.path);
  const { path, fingerprint } = change;
  const isText = !change.binary && change.type !== "submodule";
  useEffect(() => {
    if (isText) void loadDiff(sessionId, { path, fingerprint });
  }, [sessionId, path, fingerprint, isText]);
  if (change.type === "submodule")
    return <EmptyState>A submodule at another commit. Update it in the checkout with git.</EmptyState>;
  if (change.binary) return <BinaryChange sessionId={sessionId} change={change} />;
  if (loaded?.failure && loaded.fingerprint === fingerprint) {
    return (
      <ErrorState
        title="The change can’t be shown"
        details={`${loaded.failure.code}: ${loaded.failure.message}`}
        action={<Button onClick={() => void loadDiff(sessionId, change)}>Try again</Button>}
      />
    );
  }
  if (!loaded?.diff) return <Skeleton rows={6} className="p-2" label="Loading the change" />;
  return <Text key={path} change={change} diff={loaded.diff} fingerprint={loaded.fingerprint} style={style} wrap={wrap} />;
}

function Text({
  change,
  diff,
  fingerprint,
  style,
  wrap,
}: {
  change: PendingChange;
  diff: FileDiff;
  fingerprint: string;
  style: Props["style"];
  wrap: boolean;
}): React.JSX.Element {
  const [all, setAll] = useState(false);
  const lines = change.additions + change.deletions;
  const large = lines > manyLines && !all;
  const prepared = useMemo(() => (large ? null : prepareDiff(diff, fingerprint)), [large, diff, fingerprint]);
  if (!prepared) {
    return (
      <EmptyState action={<Button onClick={() => setAll(true)}>Show all</Button>}>
        {lines.toLocaleString()} changed lines.
      </EmptyState>
    );
  }
  const notes = [...prepared.notes, ...(diff.truncated ? ["Only the beginning is shown: the file is larger than 2 MB"] : [])];
  return (
    <div className="flex h-full min-h-0 flex-col">
      {notes.map((note) => (
        <p key={note} className="border-b border-line bg-panel px-3 py-1 text-small text-muted">
          {note}
        </p>
      ))}
      <div className="min-h-0 flex-1">
        {prepared.file ? (
          <DiffViewer file={prepared.file} style={style} wrap={wrap} />
        ) : (
          <EmptyState>{withoutText(change)}</EmptyState>
        )}
      </div>
    </div>
  );
}

function withoutText(change: PendingChange): string {
  if (change.operation === "create") return "A new, empty file.";
  if (change.operation === "delete") return "An empty file, deleted.";
  if (change.operation === "rename") return "Renamed; its text is the same.";
  return change.operation === "mode" ? "Only its mode changes." : "No text to compare.";
}
