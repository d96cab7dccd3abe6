import type { PermissionDecision } from "../../shared/contract/permissions.ts";
import { deciderOf } from "../../shared/policy-words.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { askerText } from "../approvals/asker.tsx";
import { describeAction } from "../approvals/describe-action.ts";
import { useAgents, useSessions } from "../stores/app.ts";
import { shortDate } from "../ui/short-date.ts";

const outcomes: Record<PermissionDecision["outcome"], { text: string; className: string }> = {
  allowed: { text: "Allowed", className: "text-added" },
  rejected: { text: "Rejected", className: "text-removed" },
  cancelled: { text: "Cancelled", className: "text-muted" },
  expired: { text: "Expired", className: "text-muted" },
  open: { text: "Waits", className: "text-muted" },
};

/** What was asked for, by whom, what became of it and who decided. */
export function DecisionLine({ decision }: { decision: PermissionDecision }): React.JSX.Element {
  const agent = useAgents().find(({ id }) => id === decision.agentId);
  const session = useSessions().find(({ id }) => id === decision.sessionId);
  const { verb, target, lines } = describeAction(decision.action, session?.workingCopy.path ?? null);
  const { text, className } = outcomes[decision.outcome];
  return (
    <li className="border-b border-line px-3 py-1.5 last:border-b-0">
      <div className="min-w-0">
        <span className={className}>{text}</span> {lines.length === 0 ? <span>{verb} </span> : null}
        <code className="selectable break-all">{visibleText((target ?? lines.join(", ")).slice(0, 500))}</code>
      </div>
      <div className="text-small text-faint">
        {[
          askerText(agent?.label ?? decision.agentId, decision.asker),
          session?.title || "a session",
          byText(decision),
          shortDate(decision.createdAt),
        ]
          .filter(Boolean)
          .join(" · ")}
      </div>
    </li>
  );
}

function byText({ by, outcome }: PermissionDecision): string {
  const decider = deciderOf(by);
  if (decider !== null) return `by ${decider}`;
  return outcome === "allowed" || outcome === "rejected" ? "by you" : "";
}
