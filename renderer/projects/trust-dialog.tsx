import { useState } from "react";
import type { Project, TrustReport } from "../../shared/contract/projects.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useProject } from "../stores/app.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { Dialog } from "../ui/dialog.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { TrustList } from "./trust-list.tsx";
import { useFetched, type Fetched } from "../stores/use-fetched.ts";

/** Shows what of a project would run, and asks for trust in just that. Closing it trusts nothing. */
export function TrustDialog({ projectId, onDone }: { projectId: string; onDone: () => void }): React.JSX.Element {
  const project = useProject(projectId);
  const report = useFetched(projectId, "report", () => rpc.projects.trustReport({ id: projectId }));
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const settled = project?.trust === "trusted" && (report.value?.changed.length ?? 0) === 0;

  const trust = async (contentHash: string): Promise<void> => {
    setBusy(true);
    setProblem(null);
    try {
      await rpc.projects.trust({ id: projectId, contentHash });
      onDone();
    } catch (error) {
      const failure = callFailure(error);
      setProblem(failure.message);
      setBusy(false);
      if (failure.code === "TRUST_CHANGED") report.again();
    }
  };
  return (
    <Dialog
      title={settled ? `What ${project.name} may run` : `Trust ${project?.name ?? "this project"}?`}
      description={<Introduction project={project} report={report.value} settled={settled} />}
      width="38rem"
      onClose={onDone}
      footer={
        settled ? (
          <MainButton onClick={onDone}>Done</MainButton>
        ) : (
          <>
            <Button onClick={onDone}>Not now</Button>
            <MainButton
              disabled={busy || report.kind !== "ready"}
              onClick={() => report.kind === "ready" && void trust(report.value.contentHash)}
            >
              {busy ? "Trusting…" : "Trust what is listed"}
            </MainButton>
          </>
        )
      }
    >
      {problem ? (
        <p role="alert" className="mb-3 text-removed">
          {problem}
        </p>
      ) : null}
      <Body report={report} onRetry={report.again} />
    </Dialog>
  );
}

type IntroductionProps = { project: Project | null; report: TrustReport | null; settled: boolean };

function Introduction({ project, report, settled }: IntroductionProps): React.JSX.Element {
  const path = <span className="selectable font-mono text-code break-all">{project?.path}</span>;
  if (settled) return <>{path} is trusted as it is now. If any of this changes, you are asked again.</>;
  if (project?.trust === "changed" || (report?.changed.length ?? 0) > 0)
    return <>What can run in {path} has changed since you trusted it. Nothing runs until you have looked at it.</>;
  return (
    <>
      Until you trust {path}, it can be read and compared, and nothing of it runs. Once you do, agents may start in it, and this
      comes with them.
    </>
  );
}

function Body({ report, onRetry }: { report: Fetched<TrustReport>; onRetry: () => void }): React.JSX.Element {
  if (report.kind === "failed")
    return (
      <ErrorState
        title="What would run could not be listed"
        action={<Button onClick={onRetry}>Try again</Button>}
        details={report.failure.code}
      >
        {report.failure.message} Nothing was trusted.
      </ErrorState>
    );
  if (!report.value) return <Skeleton rows={5} label="Looking at what would run" />;
  if (report.value.items.length === 0)
    return (
      <p className="rounded-card border border-line px-3 py-2 text-muted">
        Nothing in this project runs by itself: no agent configuration, MCP servers, hooks, or git settings that start programs.
        Agents you start can still run what it holds, and ask you first.
      </p>
    );
  return <TrustList report={report.value} />;
}
