import { sizeText } from "../../shared/size-text.ts";
import type { Checkpoint, RestoreResult } from "../../shared/contract/checkpoints.ts";
import { Visible } from "../markdown/visible.tsx";
import { cx } from "../ui/cx.ts";
import { files } from "./format.ts";

const atMost = 200;

/** What restoring would do to each file, and what it leaves and why. */
export function RestorePreview({ checkpoint, preview }: { checkpoint: Checkpoint; preview: RestoreResult }): React.JSX.Element {
  const left = preview.changed.length - atMost;
  const stays = [...preview.conflicts, ...preview.kept];
  const changes = new Map(preview.changes.map((change) => [change.path, change]));
  return (
    <div className="max-h-72 overflow-y-auto px-3 pt-2">
      {preview.changed.length > 0 ? (
        <p className="text-muted">These become what they were. The state now is kept as a checkpoint first.</p>
      ) : (
        <p className="text-muted">
          {preview.mode === "exact"
            ? "Nothing would change: the files are as they were then."
            : "Nothing would change: no edit of an agent’s since is left."}
        </p>
      )}
      <ul className="py-1">
        {preview.changed
          .toSorted()
          .slice(0, atMost)
          .map((path) => (
            <ChangedFile key={path} path={path} change={changes.get(path)} />
          ))}
        {left > 0 ? <li className="text-small text-muted">and {files(left)} more</li> : null}
      </ul>
      {stays.length > 0 ? (
        <>
          <p className="mt-1 font-medium">Left as they are</p>
          <ul className="py-1">
            {stays.slice(0, atMost).map(({ path, reason }) => (
              <li key={path} className="min-w-0">
                <code className="break-all">
                  <Visible text={path} />
                </code>{" "}
                <span className="text-muted">{reason}</span>
              </li>
            ))}
            {stays.length > atMost ? <li className="text-small text-muted">and {files(stays.length - atMost)} more</li> : null}
          </ul>
        </>
      ) : null}
      {checkpoint.skipped.length > 0 ? (
        <p className="pb-1 text-small text-muted">
          Not part of this checkpoint:{" "}
          {checkpoint.skipped
            .slice(0, 5)
            .map((file) => `${file.path}${file.bytes > 0 ? ` (${sizeText(file.bytes)})` : ""}`)
            .join(", ")}
          {checkpoint.skipped.length > 5 ? ` and ${checkpoint.skipped.length - 5} more` : ""}
        </p>
      ) : null}
    </div>
  );
}

type Change = RestoreResult["changes"][number];

const letters: Record<Change["operation"], { letter: string; words: string; color: string }> = {
  create: { letter: "A", words: "comes back", color: "text-added" },
  edit: { letter: "M", words: "changes", color: "text-changed" },
  delete: { letter: "D", words: "goes away", color: "text-removed" },
  mode: { letter: "M", words: "changes its mode", color: "text-changed" },
};

function ChangedFile({ path, change }: { path: string; change: Change | undefined }): React.JSX.Element {
  const mark = change && letters[change.operation];
  return (
    <li className="flex min-w-0 items-baseline gap-2 font-mono text-code" title={path}>
      <span className={cx("w-3 shrink-0", mark?.color)} title={mark?.words}>
        {mark?.letter}
      </span>
      <span className="min-w-0 truncate">
        <Visible text={path} />
      </span>
      {change && !change.binary ? (
        <span className="ml-auto shrink-0 text-small tabular-nums">
          <span className="text-added">+{change.additions}</span> <span className="text-removed">−{change.deletions}</span>
        </span>
      ) : null}
    </li>
  );
}
