import { useEffect, useState } from "react";
import type { PermissionDecision } from "../../shared/contract/permissions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { Skeleton } from "../ui/skeleton.tsx";
import { DecisionLine } from "./decision-line.tsx";

const shown = 20;

/** The last things that a rule has decided. */
export function RuleDecisions({ ruleId }: { ruleId: string }): React.JSX.Element {
  const [list, setList] = useState<PermissionDecision[] | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  useEffect(() => {
    let wanted = true;
    rpc.permissions.history({ by: `rule:${ruleId}`, limit: shown }).then(
      (found) => wanted && setList(found),
      (error: unknown) => wanted && setFailure(callFailure(error)),
    );
    return () => void (wanted = false);
  }, [ruleId]);
  if (failure)
    return (
      <p role="alert" className="text-small text-removed">
        What it decided could not be read: {failure.message}
      </p>
    );
  if (!list) return <Skeleton rows={2} label="Loading what it decided" />;
  return (
    <ul aria-label="What it decided last" className="rounded-control border border-line bg-canvas">
      {list.map((decision) => (
        <DecisionLine key={decision.id} decision={decision} />
      ))}
    </ul>
  );
}
