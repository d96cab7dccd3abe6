import type { ReactNode } from "react";
import type { ApplyResult, PendingChange } from "../../shared/contract/changes.ts";
import { Visible } from "../markdown/visible.tsx";
import { useSessionChanges } from "../stores/changes.ts";
import { Count } from "../ui/count.tsx";
import { NotCoveredList } from "./not-covered.tsx";
import { letters } from "./rows.ts";

type Props = { sessionId: string; result: ApplyResult; where: string };

const mostLines = 500;

/** What an apply would write, file by file: what it deletes first, then the rest; and what stands against it. */
export function ApplyOutcome({ sessionId, result, where }: Props): React.JSX.Element {
  const { changes } = useSessionChanges(sessionId);
  const known = new Map(changes?.map((change) => [change.path, change]));
  const isDeleted = (path: string): boolean => known.get(path)?.operation === "delete";
  const deleted = result.applied.filter(isDeleted);
  const written = result.applied.filter((path) => !isDeleted(path));
  const blocked = result.conflicts.filter((one) => one.blocked);
  const clashing = result.conflicts.filter((one) => !one.blocked);
  const without = result.conflicts.length > 0;
  return (
    <>
      <Standing
        conflicts={blocked}
        title={`${blocked.length} can’t be applied`}
        note="They stay as they are here: clear the way there and apply again, or reject the change."
      />
      <Standing
        conflicts={clashing}
        title={`${clashing.length} in conflict with ${where}`}
        note="Nothing is written over. Commit or undo what was changed there and apply again, or reject the change here."
      />
      <Files
        title={without ? `${deleted.length} can be deleted without` : `${deleted.length} will be deleted`}
        tone="text-removed"
        paths={deleted}
        known={known}
      />
      <Files
        title={without ? `${written.length} can be written without` : `${written.length} will be written`}
        paths={written}
        known={known}
      />
      <NotCoveredList entries={result.notCovered} />
      {result.applied.length + result.conflicts.length === 0 ? (
        <p className="text-muted">Nothing to apply: {where} has it all.</p>
      ) : null}
    </>
  );
}

type FilesProps = { title: string; tone?: string; paths: readonly string[]; known: ReadonlyMap<string, PendingChange> };

function Files({ title, tone, paths, known }: FilesProps): React.JSX.Element | null {
  if (paths.length === 0) return null;
  return (
    <Group title={title} tone={tone}>
      {paths.slice(0, mostLines).map((path) => (
        <Line key={path} path={path} change={known.get(path)} />
      ))}
      {paths.length > mostLines ? <li className="text-small text-faint">and {paths.length - mostLines} more</li> : null}
    </Group>
  );
}

/** What stays behind, each with its reason. */
function Standing({
  conflicts,
  title,
  note,
}: {
  conflicts: ApplyResult["conflicts"];
  title: string;
  note: string;
}): React.JSX.Element | null {
  if (conflicts.length === 0) return null;
  return (
    <Group title={title} tone="text-removed" note={note}>
      {conflicts.map((conflict) => (
        <Line key={conflict.path} path={conflict.path} note={conflict.reason} />
      ))}
    </Group>
  );
}

type GroupProps = { title: string; tone?: string | undefined; note?: string; children: ReactNode };

function Group({ title, tone, note, children }: GroupProps): React.JSX.Element {
  return (
    <section className="mb-3">
      <h3 className={`mb-1 font-medium ${tone ?? ""}`}>{title}</h3>
      <ul
        tabIndex={0}
        aria-label={title}
        className="selectable max-h-56 overflow-y-auto rounded-control border border-line bg-canvas px-2 py-1"
      >
        {children}
      </ul>
      {note ? <p className="mt-1 text-small text-muted">{note}</p> : null}
    </section>
  );
}

type LineProps = { path: string; change?: PendingChange | undefined; note?: string };

function Line({ path, change, note }: LineProps): React.JSX.Element {
  const letter = change && letters[change.operation];
  return (
    <li className="py-0.5">
      <span className="flex items-baseline gap-2">
        {letter ? (
          <span className={`w-3 shrink-0 text-center font-mono text-small font-semibold ${letter.tone}`} title={letter.word}>
            <span aria-hidden>{letter.letter}</span>
            <span className="sr-only">{letter.word}</span>
          </span>
        ) : null}
        <code className="min-w-0 flex-1 break-all">
          <Visible text={path} />
        </code>
        {change ? <Count additions={change.additions} deletions={change.deletions} /> : null}
      </span>
      {note ? <span className="block text-small text-muted">{note}</span> : null}
    </li>
  );
}
