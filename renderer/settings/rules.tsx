import { useEffect, useState } from "react";
import type { RuleInUse } from "../../shared/contract/rules.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { NewRule } from "./new-rule.tsx";
import { RuleLine } from "./rule-line.tsx";

/** The decisions that are remembered: what each has let through, for how long it counts, and new ones by hand. */
export function Rules(): React.JSX.Element {
  const [rules, setRules] = useState<RuleInUse[] | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const [writing, setWriting] = useState(false);
  const load = (): Promise<void> => rpc.permissions.rules({}).then(setRules, (error: unknown) => setFailure(callFailure(error)));
  useEffect(() => void load(), []);
  const remove = async (id: string): Promise<void> => {
    await attempt("The rule was not removed", () => rpc.permissions.removeRule({ id }));
    await load();
  };
  const setExpiry = async (id: string, minutes: number | null): Promise<void> => {
    await attempt("The rule was not changed", () => rpc.permissions.updateRule({ id, minutes }));
    await load();
  };
  if (failure && !rules)
    return (
      <ErrorState
        title="The rules could not be read"
        details={`${failure.code}: ${failure.message}`}
        action={<Button onClick={() => void load()}>Try again</Button>}
      />
    );
  if (!rules) return <Skeleton rows={4} label="Loading rules" />;
  return (
    <div className="flex flex-col gap-3">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-48 flex-1 text-muted">
          A rule is about one exact command, file, address, host or tool. Files that run later are asked about in any case.
        </p>
        {writing ? null : <Button onClick={() => setWriting(true)}>New rule</Button>}
      </div>
      {writing ? (
        <NewRule
          onDone={() => {
            setWriting(false);
            void load();
          }}
        />
      ) : null}
      {rules.length === 0 ? (
        <EmptyState>No decisions are remembered. “Session”, “Project” and “Always” on a permission card make rules.</EmptyState>
      ) : (
        <ul aria-label="Rules" className="rounded-card border border-line">
          {rules.map((rule) => (
            <RuleLine
              key={rule.id}
              rule={rule}
              onRemove={() => void remove(rule.id)}
              onExpiry={(minutes) => void setExpiry(rule.id, minutes)}
            />
          ))}
        </ul>
      )}
    </div>
  );
}
