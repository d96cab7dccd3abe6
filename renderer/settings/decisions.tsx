import { useEffect, useState } from "react";
import type { PermissionDecision } from "../../shared/contract/permissions.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { Button } from "../ui/button.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { ErrorState } from "../ui/error-state.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { Skeleton } from "../ui/skeleton.tsx";
import { DecisionLine } from "./decision-line.tsx";

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
