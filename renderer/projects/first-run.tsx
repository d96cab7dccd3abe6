import { useState, type ReactNode } from "react";
import type { Project } from "../../shared/contract/projects.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useAgents } from "../stores/app.ts";
import { MainButton } from "../ui/main-button.tsx";
import { FolderField } from "./folder-field.tsx";
import { FoundAgents } from "./found-agents.tsx";
import { defaultWish, startSession, type Tour } from "./start-session.ts";

/** The first minute: a folder, the agents that are there, a first session. `tour` is laid ready for who wants to see it work first. */
export function FirstRun({ tour }: { tour: Tour }): React.JSX.Element {
  const agents = useAgents();
  const [path, setPath] = useState("");
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const hasTour = agents.some((agent) => agent.id === tour.agentId && agent.enabled);
  const hasAgent = agents.some(
    (agent) => !agent.forPractice && agent.enabled && agent.found === "yes" && agent.status !== "unavailable",
  );
  const stillLooking = agents.some((agent) => agent.status === "loading" && agent.found !== "yes");

  const start = async (withTour: boolean): Promise<void> => {
    if (path.trim() === "") {
      setProblem("Pick a folder first: type its path, or choose it in the list.");
      return;
    }
    setBusy(true);
    setProblem(null);
    let project: Project;
    try {
      project = await rpc.projects.add({ path: path.trim() });
    } catch (error) {
      setProblem(callFailure(error).message);
      setBusy(false);
      return;
    }
    // From here on there is a project, so this page has gone: what fails is told by a toast.
    await attempt("The session was not started", async () =>
      startSession(project, await defaultWish(project), withTour ? tour : null),
    );
  };
  const change = (next: string): void => {
    setPath(next);
    setProblem(null);
  };
  return (
    <div className="mx-auto flex max-w-140 flex-col gap-6 px-5 py-10">
      <header>
        <h1 className="text-title font-semibold">Work with agents on your own code</h1>
        <p className="mt-1 text-muted">
          They edit a copy. You review every change before it reaches your checkout, and can undo any turn.
        </p>
      </header>
      <Step number={1} title="Pick a folder">
        <FolderField path={path} onPath={change} error={problem} browsing />
      </Step>
      <Step number={2} title="Agents on this machine">
        <FoundAgents />
      </Step>
      <Step number={3} title="Start">
        <div className="flex flex-wrap gap-2">
          <MainButton main={hasAgent || !hasTour || stillLooking} disabled={busy} onClick={() => void start(false)}>
            {busy ? "Starting…" : "Start the first session"}
          </MainButton>
          {hasTour ? (
            <MainButton main={!hasAgent && !stillLooking} disabled={busy} onClick={() => void start(true)}>
              Take the two-minute tour
            </MainButton>
          ) : null}
        </div>
        <p className="mt-2 text-small text-muted">
          {hasTour ? "The tour uses the practice agent: no account, no model, nothing to install. " : ""}
          Before anything runs in the folder you are shown what would, and asked.
        </p>
      </Step>
    </div>
  );
}

function Step({ number, title, children }: { number: number; title: string; children: ReactNode }): React.JSX.Element {
  return (
    <section aria-label={title}>
      <h2 className="mb-2 flex items-baseline gap-2 font-semibold">
        <span className="text-faint tabular-nums">{number}</span>
        {title}
      </h2>
      {children}
    </section>
  );
}
