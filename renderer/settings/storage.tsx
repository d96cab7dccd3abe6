import { useEffect, useState } from "react";
import type { ProjectStorage, SessionStorage, StorageFreed, StorageReport } from "../../shared/contract/storage.ts";
import { sizeText } from "../../shared/size-text.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { freedText, sessionFacts, totalOf } from "./storage-words.ts";
import { SettingRow } from "./setting-row.tsx";

type Loaded = { report: StorageReport; toFree: StorageFreed; at: number };

/** What takes room on the disk, by project and session, when it goes by itself, and what goes now. */
export function Storage(): React.JSX.Element {
  const [loaded, setLoaded] = useState<Loaded | null>(null);
  const [problem, setProblem] = useState<CallFailure | null>(null);
  const [freed, setFreed] = useState<StorageFreed | null>(null);
  const [busy, setBusy] = useState(false);
  const load = (): Promise<void> =>
    Promise.all([rpc.storage.report(), rpc.storage.free({ dryRun: true })]).then(
      ([report, toFree]) => setLoaded({ report, toFree, at: Date.now() }),
      (error: unknown) => setProblem(callFailure(error)),
    );
  useEffect(() => void load(), []);
  const free = async (): Promise<void> => {
    setBusy(true);
    await attempt("The room was not given back", async () => setFreed(await rpc.storage.free({})));
    await load();
    setBusy(false);
  };
  if (problem && !loaded)
    return (
      <ErrorState
        title="What takes room could not be read"
        details={`${problem.code}: ${problem.message}`}
        action={<Button onClick={() => void load()}>Try again</Button>}
      />
    );
  if (!loaded) return <Skeleton rows={6} label="Counting" />;
  const { report, toFree, at } = loaded;
  return (
    <div className="flex flex-col gap-4">
      <Totals report={report} />
      <SettingRow
        title="Give room back"
        hint={
          <span aria-live="polite">
            {freed ? freedText(freed, true) : freedText(toFree, false)} Hearth does this by itself every hour.
          </span>
        }
      >
        <Button disabled={busy} onClick={() => void free()}>
          {busy ? "Freeing …" : "Free now"}
        </Button>
      </SettingRow>
      <p className="text-muted">
        Snapshots of a project may take {sizeText(report.maxSnapshotsBytes)}; over that, the oldest automatic checkpoints go
        first. Checkpoints by hand stay with their session. What is left of a deleted session goes after{" "}
        {report.keptDaysAfterRemoval} days.
      </p>
      {report.projects.length === 0 ? (
        <EmptyState>No project takes any room yet.</EmptyState>
      ) : (
        report.projects.map((project) => <Project key={project.projectId} project={project} now={at} onBack={load} />)
      )}
    </div>
  );
}

function Totals({ report }: { report: StorageReport }): React.JSX.Element {
  const { snapshots, outputs, worktrees } = totalOf(report);
  const facts: [string, string][] = [
    ["Worktrees", sizeText(worktrees)],
    ["Snapshots", sizeText(snapshots)],
    ["Conversations", sizeText(report.databaseBytes)],
    ["Long outputs", sizeText(outputs)],
    ["Free on the disk", report.freeBytes === null ? "not known" : sizeText(report.freeBytes)],
  ];
  return (
    <dl className="grid grid-cols-2 gap-x-6 gap-y-2 tablet:grid-cols-5">
      {facts.map(([name, value]) => (
        <div key={name} className="min-w-0">
          <dt className="text-small text-muted">{name}</dt>
          <dd className="tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

type ProjectProps = { project: ProjectStorage; now: number; onBack: () => Promise<void> };

function Project({ project, now, onBack }: ProjectProps): React.JSX.Element {
  const { name, snapshotsBytes, sessions } = project;
  return (
    <div role="group" aria-label={name}>
      <h3 className="flex items-baseline gap-3 pb-1">
        <span className="min-w-0 flex-1 truncate font-medium">{visibleText(name)}</span>
        <span className="shrink-0 text-small text-muted tabular-nums">{sizeText(snapshotsBytes)} of snapshots</span>
      </h3>
      <ul className="rounded-card border border-line">
        {sessions.map((session) => (
          <Session key={session.sessionId} session={session} now={now} onBack={onBack} />
        ))}
        {sessions.length === 0 ? <li className="px-3 py-1.5 text-muted">No sessions</li> : null}
      </ul>
    </div>
  );
}

type SessionProps = { session: SessionStorage; now: number; onBack: () => Promise<void> };

function Session({ session, now, onBack }: SessionProps): React.JSX.Element {
  const { title, removedAt, whyLost, worktreeBytes } = session;
  return (
    <li className="flex items-center gap-3 border-b border-line px-3 py-1.5 last:border-b-0">
      <div className="min-w-0 flex-1">
        <div className={cx("truncate", removedAt !== null && "text-muted")}>
          {title === "" ? "Untitled session" : visibleText(title)}
        </div>
        <div className="text-small text-faint">
          {sessionFacts(session, now).map((fact, at) => (
            <span key={fact}>
              {at > 0 ? " · " : ""}
              <span className="whitespace-nowrap">{fact}</span>
            </span>
          ))}
        </div>
        {whyLost === null ? null : <div className="text-small text-muted">Can’t be brought back: {whyLost}.</div>}
      </div>
      {removedAt === null ? <Worktree bytes={worktreeBytes} /> : null}
      {removedAt !== null && whyLost === null ? <BringBack sessionId={session.sessionId} onBack={onBack} /> : null}
    </li>
  );
}

function Worktree({ bytes }: { bytes: number | null }): React.JSX.Element {
  return (
    <div className="shrink-0 text-right">
      <div className="tabular-nums">{bytes === null ? "–" : sizeText(bytes)}</div>
      <div className="text-small text-faint">{bytes === null ? "no worktree" : "worktree"}</div>
    </div>
  );
}

/** A deleted session can be had back with its files for as long as they are kept. */
function BringBack({ sessionId, onBack }: { sessionId: string; onBack: () => Promise<void> }): React.JSX.Element {
  const [busy, setBusy] = useState(false);
  const bringBack = async (): Promise<void> => {
    setBusy(true);
    await attempt("The session was not brought back", async () => void (await rpc.sessions.bringBack({ id: sessionId })));
    await onBack();
    setBusy(false);
  };
  return (
    <Button variant="outline" className="shrink-0" disabled={busy} onClick={() => void bringBack()}>
      {busy ? "Bringing back …" : "Bring back"}
    </Button>
  );
}
