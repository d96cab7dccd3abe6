import { Plus, RefreshCw } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import type { ModelList } from "../../shared/contract/models.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { useModelLook } from "../stores/use-model-look.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { EmbeddedSection } from "./embedded-section.tsx";
import { HelperModelRow } from "./helper-model-row.tsx";
import { ModelEndpointCard } from "./model-endpoint-card.tsx";
import { ModelEndpointForm } from "./model-endpoint-form.tsx";
import { ModelIdleRow } from "./model-idle-row.tsx";
import { TurnLimitRows } from "./turn-limit-rows.tsx";

/** Where local models are served, and each model: asked when this page comes up and when somebody says so. */
export function LocalModels(): React.JSX.Element {
  const [list, setList] = useState<ModelList | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const [looking, setLooking] = useState(false);
  const [adding, setAdding] = useState(false);
  const load = useCallback(() => void rpc.models.list().then(setList, (error: unknown) => setFailure(callFailure(error))), []);
  useEffect(load, [load]);
  useModelLook(load);
  if (failure && !list)
    return (
      <ErrorState
        title="The model servers could not be listed"
        details={`${failure.code}: ${failure.message}`}
        action={<Button onClick={load}>Try again</Button>}
      />
    );
  if (!list) return <Skeleton rows={4} label="Looking for model servers" />;
  const change = async (title: string, call: () => Promise<ModelList>): Promise<boolean> => {
    const next = await attempt(title, call);
    if (next) setList(next);
    return next !== null;
  };
  const lookAgain = async (): Promise<void> => {
    setLooking(true);
    await change("The model servers were not asked", () => rpc.models.look());
    setLooking(false);
  };
  const own = list.endpoints.find(({ origin }) => origin === "embedded") ?? null;
  const asked = list.endpoints.filter((endpoint) => endpoint !== own);
  return (
    <div className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-40 flex-1 text-muted max-tablet:min-w-full">
          The usual ports of this machine are asked when you come here or choose an agent, and every few minutes while you look;
          elsewhere only what you add.
        </p>
        <Button icon={<RefreshCw className="size-3.5" aria-hidden />} disabled={looking} onClick={() => void lookAgain()}>
          {looking ? "Looking…" : "Look again"}
        </Button>
        <Button icon={<Plus className="size-3.5" aria-hidden />} aria-expanded={adding} onClick={() => setAdding(!adding)}>
          Add a server
        </Button>
      </div>
      {adding ? <ModelEndpointForm endpoint={null} onSaved={setList} onDone={() => setAdding(false)} /> : null}
      {asked.map((endpoint) => (
        <ModelEndpointCard key={endpoint.id} endpoint={endpoint} onChange={change} onSaved={setList} />
      ))}
      {list.endpoints.length === 0 && !adding ? (
        <EmptyState>
          No model server answers on this machine. Start llama-server, llama-swap, Ollama, LM Studio or vLLM and look again, or
          add one by its address.
        </EmptyState>
      ) : null}
      <EmbeddedSection endpoint={own} onChange={change} onNews={load} />
      <div>
        <HelperModelRow />
        <ModelIdleRow />
        <TurnLimitRows />
      </div>
    </div>
  );
}
