import { ChevronRight, Plus, RefreshCw } from "lucide-react";
import { useEffect, useState } from "react";
import { isAgentCalled, shelvesOf } from "../../shared/agent-shelves.ts";
import type { Agent } from "../../shared/contract/agents.ts";
import { useLookForAgents } from "../commands/use-look-for-agents.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useAgents } from "../stores/app.ts";
import { Button } from "../ui/button.tsx";
import { cx } from "../ui/cx.ts";
import { Input } from "../ui/input.tsx";
import { AddAgent } from "./add-agent.tsx";
import { AgentLine } from "./agent-line.tsx";
import { FileProblems } from "./file-problems.tsx";

/** The agents that are here, the few everybody knows, and all others behind a search; and one's own, by its command. */
export function Agents(): React.JSX.Element {
  const { here, known, others } = shelvesOf(useAgents());
  const [adding, setAdding] = useState(false);
  const { busy, look } = useLookForAgents();
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-40 flex-1 text-muted">Nothing is started before you choose it.</p>
        <Button icon={<RefreshCw className="size-3.5" aria-hidden />} disabled={busy} onClick={() => void look()}>
          {busy ? "Looking…" : "Look again"}
        </Button>
        <Button icon={<Plus className="size-3.5" aria-hidden />} aria-expanded={adding} onClick={() => setAdding(!adding)}>
          Add by command
        </Button>
      </div>
      <FileProblems
        name="agents.json"
        consequence="An entry that is wrong is passed over. While the file isn’t JSON, what it said before holds."
      />
      {adding ? <AddAgent onDone={() => setAdding(false)} /> : null}
      <Shelf title="On this machine" agents={here} />
      <Shelf title="Widely used" agents={known} />
      <AllAgents agents={others} />
      <ConfigNote />
    </div>
  );
}

function Shelf({ title, agents }: { title: string; agents: readonly Agent[] }): React.JSX.Element | null {
  if (agents.length === 0) return null;
  return (
    <section aria-label={title}>
      <h3 className="mb-1 text-small font-medium text-muted">{title}</h3>
      <AgentList agents={agents} />
    </section>
  );
}

function AgentList({ agents }: { agents: readonly Agent[] }): React.JSX.Element {
  return (
    <ul className="rounded-card border border-line">
      {agents.map((agent) => (
        <AgentLine key={agent.id} agent={agent} />
      ))}
    </ul>
  );
}

function AllAgents({ agents }: { agents: readonly Agent[] }): React.JSX.Element | null {
  const [open, setOpen] = useState(false);
  const [words, setWords] = useState("");
  if (agents.length === 0) return null;
  const found = agents.filter((agent) => isAgentCalled(agent, words.trim()));
  return (
    <section aria-label="All agents" className="flex flex-col gap-2">
      <Button
        variant="plain"
        className="self-start pl-1 text-muted"
        aria-expanded={open}
        icon={<ChevronRight className={cx("size-3.5 transition-transform", open && "rotate-90")} aria-hidden />}
        onClick={() => setOpen(!open)}
      >
        All agents <span className="text-faint tabular-nums">{agents.length} more</span>
      </Button>
      {open ? (
        <>
          <Input
            aria-label="Search all agents"
            placeholder="Search"
            value={words}
            onChange={(event) => setWords(event.target.value)}
          />
          {found.length > 0 ? (
            <AgentList agents={found} />
          ) : (
            <p className="px-1 text-muted">None by that name. Any program that speaks the Agent Client Protocol can be added.</p>
          )}
        </>
      ) : null}
    </section>
  );
}

/** Where the person's own agents are written down, and which entries of it can't be read. */
function ConfigNote(): React.JSX.Element | null {
  const [note, setNote] = useState<{ path: string } | null>(null);
  const [failed, setFailed] = useState<string | null>(null);
  const agents = useAgents();
  useEffect(() => {
    let gone = false;
    rpc.agents.config().then(
      (config) => gone || setNote(config),
      (error: unknown) => gone || setFailed(callFailure(error).message),
    );
    return () => {
      gone = true;
    };
  }, [agents]);
  if (failed)
    return (
      <p role="alert" className="text-small text-removed">
        {failed}
      </p>
    );
  if (!note) return null;
  return (
    <div className="selectable text-small text-muted">
      <p>
        Your agents, and more of what can be said of them: <code className="break-all">{note.path}</code>
      </p>
    </div>
  );
}
