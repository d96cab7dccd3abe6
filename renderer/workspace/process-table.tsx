import { useEffect, useState } from "react";
import type { ProcessInfo } from "../../shared/contract/system.ts";
import { sizeText } from "../../shared/size-text.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

type Listed = { processes: ProcessInfo[]; atMs: number };

const everyMs = 3_000;
const unprovedText = "Left behind? An earlier Hearth seems to have left it, which can’t be proved. It runs on until you stop it.";

/** Every process of Hearth's with its session, what it uses, how long it runs, and Stop. */
export function ProcessTable({ titleOf }: { titleOf: (id: string) => string }): React.JSX.Element {
  const { list, failure, load } = useProcesses();
  if (failure && !list)
    return (
      <p role="alert" className="p-3 text-removed">
        {failure.message}
      </p>
    );
  if (!list) return <Skeleton rows={3} className="p-2" label="Loading processes" />;
  const memoryBytes = list.processes.reduce((sum, process) => sum + (process.memoryBytes ?? 0), 0);
  const stop = (pid: number): void =>
    void attempt("The process was not stopped", () => rpc.system.endProcess({ pid })).finally(load);
  return (
    <table className="selectable w-full text-small tabular-nums">
      <caption className="caption-bottom px-3 pt-1 pb-2 text-left text-muted">
        {memoryBytes > 0 ? `Together ${sizeText(memoryBytes)}, with what they started themselves. ` : ""}
        {list.processes.some((process) => process.unproved) ? unprovedText : ""}
      </caption>
      <thead className="text-faint">
        <tr>
          <th className="px-3 pt-2 pb-1 text-left font-normal">Process</th>
          <th className="pt-2 pb-1 text-left font-normal">Session</th>
          <th className="pt-2 pb-1 pl-2 text-right font-normal">Memory</th>
          <th className="pt-2 pb-1 pl-2 text-right font-normal max-tablet:hidden">CPU</th>
          <th className="pt-2 pb-1 pl-2 text-right font-normal max-tablet:hidden">Age</th>
          <td />
        </tr>
      </thead>
      <tbody>
        {list.processes.map((process) => (
          <ProcessRow
            key={process.pid}
            process={process}
            ageMs={list.atMs - Date.parse(process.startedAt)}
            titleOf={titleOf}
            onStop={() => stop(process.pid)}
          />
        ))}
      </tbody>
    </table>
  );
}

/** Looked at again every few seconds, as long as it is shown. */
function useProcesses(): { list: Listed | null; failure: CallFailure | null; load: () => void } {
  const [list, setList] = useState<Listed | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const load = (): void =>
    void rpc.system.processes().then(
      (processes) => setList({ processes, atMs: Date.now() }),
      (error: unknown) => setFailure(callFailure(error)),
    );
  useEffect(() => {
    load();
    const timer = setInterval(load, everyMs);
    return () => clearInterval(timer);
  }, []);
  return { list, failure, load };
}

type RowProps = { process: ProcessInfo; ageMs: number; titleOf: (id: string) => string; onStop: () => void };

function ProcessRow({ process, ageMs, titleOf, onStop }: RowProps): React.JSX.Element {
  const sessions = process.sessionIds.map(titleOf).join(", ");
  const label = visibleText(process.label);
  return (
    <tr className="h-7 whitespace-nowrap hover:bg-hover">
      <td className="max-w-36 truncate pr-2 pl-3 max-tablet:max-w-28" title={`${process.label}, pid ${process.pid}`}>
        {label}
      </td>
      <td className="max-w-28 truncate text-muted max-tablet:max-w-24" title={process.unproved ? undefined : sessions}>
        {process.unproved ? "Left behind?" : sessions === "" ? <span className="text-faint">–</span> : sessions}
      </td>
      <td className="pl-2 text-right text-muted">{process.memoryBytes === null ? "–" : sizeText(process.memoryBytes)}</td>
      <td className="pl-2 text-right text-muted max-tablet:hidden">
        {process.cpuPercent === null ? "–" : `${Math.round(process.cpuPercent)} %`}
      </td>
      <td className="pl-2 text-right text-muted max-tablet:hidden">{ageText(ageMs)}</td>
      <td className="pr-2 text-right">
        {process.kind === "core" ? null : (
          <Button variant="plain" aria-label={`Stop ${label}`} onClick={onStop}>
            Stop
          </Button>
        )}
      </td>
    </tr>
  );
}

/** 5_000 → "5 s", 190_000 → "3 min", 7_500_000 → "2 h". */
function ageText(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  return seconds < 86_400 ? `${Math.floor(seconds / 3_600)} h` : `${Math.floor(seconds / 86_400)} d`;
}
