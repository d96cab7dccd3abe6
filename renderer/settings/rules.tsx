import { useEffect, useState } from "react";
import type { RuleInUse } from "../../shared/contract/permissions.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { useProjects, useSessions } from "../stores/app.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { shortDate } from "../ui/short-date.ts";
import { Skeleton } from "../ui/skeleton.tsx";

/** The decisions that were to be remembered; each can be taken back. */
export function Rules(): React.JSX.Element {
  const [rules, setRules] = useState<RuleInUse[] | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const load = (): Promise<void> => rpc.permissions.rules({}).then(setRules, (error: unknown) => setFailure(callFailure(error)));
  useEffect(() => void load(), []);
  const remove = async (id: string): Promise<void> => {
    await attempt("The rule was not removed", () => rpc.permissions.removeRule({ id }));
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
  if (rules.length === 0)
    return <EmptyState>No decisions are remembered. “Session” and “Always” on a permission card make them.</EmptyState>;
  return (
    <div className="flex flex-col gap-3">
      <p className="text-muted">A rule matches one exact command or path. Files that run later are asked about in any case.</p>
      <ul className="rounded-card border border-line">
        {rules.map((rule) => (
          <RuleLine key={rule.id} rule={rule} onRemove={() => void remove(rule.id)} />
        ))}
      </ul>
    </div>
  );
}

function RuleLine({ rule, onRemove }: { rule: RuleInUse; onRemove: () => void }): React.JSX.Element {
  const project = useProjects().find((candidate) => candidate.id === rule.scopeId);
  const session = useSessions().find((candidate) => candidate.id === rule.scopeId);
  const where =
    rule.scope === "project" ? `in ${project?.name ?? "a removed project"}` : `in the session “${session?.title ?? "removed"}”`;
  return (
    <li className="flex items-center gap-3 border-b border-line px-3 py-1.5 last:border-b-0">
      <div className="min-w-0 flex-1">
        <div className="min-w-0">
          <span className={rule.decision === "allow" ? "text-added" : "text-removed"}>
            {rule.decision === "allow" ? "Allow" : "Reject"}
          </span>{" "}
          <code className="selectable break-all">{visibleText(matchText(rule.match))}</code>
        </div>
        <div className="text-small text-faint">
          {where} · {useText(rule)}
        </div>
      </div>
      <Button variant="plain" onClick={onRemove}>
        Remove
      </Button>
    </li>
  );
}

function useText({ uses, lastUsedAt }: RuleInUse): string {
  if (uses === 0 || lastUsedAt === null) return "never used";
  return `used ${uses === 1 ? "once" : `${uses} times`}, last ${shortDate(lastUsedAt)}`;
}

function matchText(match: RuleInUse["match"]): string {
  switch (match.kind) {
    case "command":
      return (
        match.argv.map((argument) => (/^[\w@%+=:,./-]+$/.test(argument) ? argument : JSON.stringify(argument))).join(" ") +
        (match.cwd ? `  in ${match.cwd}` : "")
      );
    case "path":
      return `${match.action} ${match.path}`;
    case "url":
      return match.url;
  }
}
