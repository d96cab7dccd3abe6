import { useState } from "react";
import type { Agent } from "../../shared/contract/agents.ts";
import type { KnownProof } from "../../shared/contract/agent-proofs.ts";
import { rpc } from "../rpc.ts";
import { beginProof, stopProof, useProving, type ProofRun } from "../stores/proving.ts";
import { useFetched } from "../stores/use-fetched.ts";
import { Button } from "../ui/button.tsx";
import { MainButton } from "../ui/main-button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { ProofTable } from "./proof-table.tsx";

/** What is true of an agent, as far as it was tried; and trying it, which costs real prompts. */
export function AgentProof({ agent }: { agent: Agent }): React.JSX.Element {
  const run = useProving((runs) => runs[agent.id]);
  const going = run?.trying ?? null;
  const known = useFetched(agent.id, going === null ? `${agent.version}:${run?.lines.length ?? 0}` : null, async () => {
    const all = await rpc.agents.capabilities();
    return all.find(({ agentId }) => agentId === agent.id)?.proof ?? null;
  });
  return (
    <section aria-label={`What is true of ${agent.label}`} className="mt-2 rounded-control border border-line bg-canvas p-2">
      {run && going ? <Going agent={agent} run={run} at={going} /> : <Known agent={agent} fetched={known} run={run} />}
    </section>
  );
}

function Going({
  agent,
  run,
  at,
}: {
  agent: Agent;
  run: ProofRun;
  at: { label: string; at: number; of: number };
}): React.JSX.Element {
  return (
    <>
      <div className="mb-1 flex flex-wrap items-center gap-2">
        <p role="status" className="min-w-40 flex-1">
          {at.of === 0 ? `${at.label}…` : `${at.at} of ${at.of}: ${at.label}`}
        </p>
        <Button onClick={() => stopProof(agent.id)}>Stop</Button>
      </div>
      <p className="mb-1 text-small text-muted">It goes on when this is closed.</p>
      {run.lines.length > 0 ? <ProofTable lines={run.lines} /> : null}
    </>
  );
}

type KnownProps = { agent: Agent; fetched: ReturnType<typeof useFetched<KnownProof | null>>; run: ProofRun | undefined };

function Known({ agent, fetched, run }: KnownProps): React.JSX.Element {
  const [asking, setAsking] = useState(false);
  const proof = fetched.value;
  return (
    <>
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-40 flex-1">
          {fetched.kind === "loading" ? (
            <Skeleton rows={1} />
          ) : fetched.kind === "failed" ? (
            fetched.failure.message
          ) : (
            wordsFor(proof)
          )}
        </p>
        {asking || agent.found !== "yes" ? null : (
          <Button onClick={() => setAsking(true)}>{proof ? "Check it again" : "Check it now"}</Button>
        )}
      </div>
      {run?.problem ? (
        <p role="alert" className="selectable mt-1 text-small break-words text-changed">
          {run.problem}
        </p>
      ) : null}
      {asking ? <Cost agent={agent} onDone={() => setAsking(false)} /> : null}
      {proof ? (
        <div className="mt-2">
          <ProofTable lines={proof.lines} />
        </div>
      ) : null}
    </>
  );
}

function wordsFor(proof: KnownProof | null): string {
  if (!proof) return "Nobody has checked it here: Hearth goes by what it says of itself.";
  const version = proof.version ?? "a version that it doesn’t tell";
  const at = new Date(proof.checkedAt).toLocaleDateString(undefined, { dateStyle: "medium" });
  return proof.isOld
    ? `Checked with ${version} on ${at}. There is another version now, so this counts no more.`
    : `Checked with ${version} on ${at}, by ${proof.turns} prompts.`;
}

function Cost({ agent, onDone }: { agent: Agent; onDone: () => void }): React.JSX.Element {
  const costs = agent.forPractice
    ? "It has no model, so that costs nothing."
    : "They count against its plan or are paid for, as if you had sent them.";
  return (
    <div className="mt-2 flex flex-wrap items-center gap-2 rounded-control border border-line-strong bg-raised p-2">
      <p className="min-w-60 flex-1">
        {agent.label} is given about 20 short prompts in a folder of its own, which takes some minutes. {costs} Its sessions stay
        in its own history.
      </p>
      <MainButton
        onClick={() => {
          onDone();
          void beginProof(agent.id);
        }}
      >
        Begin
      </MainButton>
      <Button variant="plain" onClick={onDone}>
        Not now
      </Button>
    </div>
  );
}
