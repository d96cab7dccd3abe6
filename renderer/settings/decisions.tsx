import { useEffect, useState } from "react";
import type { PermissionDecision } from "../../shared/contract/permissions.ts";
import { deciderOf } from "../../shared/policy-words.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { describeAction } from "../approvals/describe-action.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { useAgents, useSessions } from "../stores/app.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { shortDate } from "../ui/short-date.ts";
import { Skeleton } from "../ui/skeleton.tsx";

const pageSize = 50;
const typingMs = 200;

/** What agents asked for and who decided it, the newest first, to be searched. */
export function Decisions(): React.JSX.Element {
  const [search, setSearch] = useState("");
  const { list, more, failure, showMore } = useDecisions(search.trim());
  return (
    <div className="flex flex-col gap-3">
      <SearchField label="Search decisions: commands, files, agents" value={search} onChange={setSearch} />
      {failure ? (
        <ErrorState title="The decisions could not be read" details={`${failure.code}: ${failure.message}`} />
      ) : list === null ? (
        <Skeleton rows={6} label="Loading decisions" />
      ) : list.length === 0 ? (
        <EmptyState>
          {search === "" ? "No agent has asked for anything yet." : "Nothing that was asked for speaks of that."}
        </EmptyState>
      ) : (
        <ul aria-label="Decisions" className="rounded-card border border-line">
          {list.map((decision) => (
            <DecisionLine key={decision.id} decision={decision} />
          ))}
        </ul>
      )}
      {more ? <Button onClick={showMore}>Show more</Button> : null}
    </div>
  );
}

type Found = { list: PermissionDecision[]; more: boolean };

async function readPage(search: string, before: PermissionDecision | undefined): Promise<Found> {
  const query = { ...(search === "" ? {} : { search }), ...(before ? { before: before.id } : {}) };
  const list = await rpc.permissions.history({ ...query, limit: pageSize });
  return { list, more: list.length === pageSize };
}

function useDecisions(search: string) {
  const [found, setFound] = useState<Found | null>(null);
  const [failure, setFailure] = useState<CallFailure | null>(null);
  const fail = (error: unknown): void => setFailure(callFailure(error));
  useEffect(() => {
    let wanted = true;
    const read = (): void =>
      void readPage(search, undefined).then(
        (page) => wanted && (setFailure(null), setFound(page)),
        (error: unknown) => wanted && fail(error),
      );
    const timer = setTimeout(read, search === "" ? 0 : typingMs);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [search]);
  const showMore = (): void =>
    void readPage(search, found?.list.at(-1)).then(
      (page) => setFound((before) => ({ list: [...(before?.list ?? []), ...page.list], more: page.more })),
      fail,
    );
  return { list: found?.list ?? null, more: found?.more ?? false, failure, showMore };
}

const outcomes: Record<PermissionDecision["outcome"], { text: string; className: string }> = {
  allowed: { text: "Allowed", className: "text-added" },
  rejected: { text: "Rejected", className: "text-removed" },
  cancelled: { text: "Cancelled", className: "text-muted" },
  expired: { text: "Expired", className: "text-muted" },
  open: { text: "Waits", className: "text-muted" },
};

function DecisionLine({ decision }: { decision: PermissionDecision }): React.JSX.Element {
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
        {[agent?.label ?? decision.agentId, session?.title || "a session", byText(decision), shortDate(decision.createdAt)]
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
