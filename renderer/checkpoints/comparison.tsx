import { ChevronRight } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { FileDiff } from "../../shared/contract/changes.ts";
import { Visible } from "../markdown/visible.tsx";
import { rpc } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Count } from "../ui/count.tsx";
import { cx } from "../ui/cx.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorBoundary } from "../ui/error-boundary.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { useFetched } from "../stores/use-fetched.ts";
import { countLines, files } from "./format.ts";

const PatchView = lazy(() => import("./patch-view.tsx"));

const atFirst = 200;

/** The files that differ from one checkpoint to another, or to the files as they are now (`toId` null). */
export function Comparison({
  fromId,
  toId,
  version,
}: {
  fromId: string;
  toId: string | null;
  version: number;
}): React.JSX.Element {
  const diff = useFetched(`${fromId} ${toId}`, toId ?? `now ${version}`, () =>
    rpc.checkpoints.diff(toId ? { id: fromId, toId } : { id: fromId }),
  );
  const [all, setAll] = useState(false);
  if (diff.kind === "loading") return <Skeleton rows={5} className="p-2" label="Comparing" />;
  if (diff.kind === "failed")
    return (
      <ErrorState
        title="The files couldn’t be compared"
        action={<Button onClick={diff.again}>Try again</Button>}
        details={`${diff.failure.code}: ${diff.failure.message}`}
      >
        Nothing was changed.
      </ErrorState>
    );
  if (diff.value.length === 0) return <EmptyState>No file differs.</EmptyState>;
  const shown = all ? diff.value : diff.value.slice(0, atFirst);
  const left = diff.value.length - shown.length;
  return (
    <div>
      <p className="px-3 py-1.5 text-small text-muted">
        {files(diff.value.length)} differ{diff.value.length === 1 ? "s" : ""}
      </p>
      <ul>
        {shown.map((file) => (
          <FileRow key={file.path} file={file} openAtFirst={diff.value.length <= 3} />
        ))}
      </ul>
      {left > 0 ? (
        <button
          type="button"
          className="row w-full px-3 text-left text-muted -outline-offset-2 hover:bg-hover"
          onClick={() => setAll(true)}
        >
          Show {files(left)} more
        </button>
      ) : null}
    </div>
  );
}

function FileRow({ file, openAtFirst }: { file: FileDiff; openAtFirst: boolean }): React.JSX.Element {
  const [open, setOpen] = useState(openAtFirst);
  const hasHunks = file.patch !== null && /^@@/m.test(file.patch);
  return (
    <li className="border-t border-line">
      <button
        type="button"
        aria-expanded={open}
        onClick={() => setOpen(!open)}
        className="row flex w-full items-center gap-1.5 px-2 text-left -outline-offset-2 hover:bg-hover"
      >
        <ChevronRight aria-hidden className={cx("size-3.5 shrink-0 text-faint transition-transform", open && "rotate-90")} />
        <code className="min-w-0 flex-1 truncate" title={file.path}>
          {file.oldPath ? (
            <span className="text-muted">
              <Visible text={file.oldPath} /> →{" "}
            </span>
          ) : null}
          <Visible text={file.path} />
        </code>
        {file.binary ? <span className="text-small text-faint">binary</span> : <Count {...countLines(file.patch)} />}
      </button>
      {open ? (
        <div className="border-t border-line">
          {hasHunks && file.patch !== null ? (
            <Patch patch={file.patch} />
          ) : (
            <p className="px-3 py-2 text-muted">{withoutText(file)}</p>
          )}
          {hasHunks && file.truncated ? (
            <p className="px-3 py-1.5 text-small text-muted">Cut: the comparison is too large to show whole.</p>
          ) : null}
        </div>
      ) : null}
    </li>
  );
}

/** The viewer takes one patch at a time; a change of kind (file to link) has two and is shown plain. */
function Patch({ patch }: { patch: string }): React.JSX.Element {
  if (patch.match(/^diff --git /gm)?.length !== 1)
    return <pre className="selectable overflow-x-auto p-2 font-mono text-code">{patch}</pre>;
  return (
    <ErrorBoundary key={patch} what="This difference">
      <Suspense fallback={<Skeleton rows={3} className="p-2" />}>
        <PatchView patch={patch} />
      </Suspense>
    </ErrorBoundary>
  );
}

function withoutText(file: FileDiff): string {
  if (file.binary) return "A binary file: its content differs.";
  if (file.truncated) return "Too large to show here.";
  const mode = /^new mode (\d+)$/m.exec(file.patch ?? "")?.[1];
  if (mode) return mode === "100755" ? "It was made executable." : "It is no longer executable.";
  if (file.oldPath) return "Moved, with the same content.";
  return "An empty file.";
}
