import { useEffect, useState } from "react";
import type { McpFound, McpFoundList, McpList } from "../../shared/contract/mcp.ts";
import { visibleText } from "../../shared/visible-text.ts";
import { attempt } from "../commands/actions.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useSessions } from "../stores/app.ts";
import { useSessionId } from "../stores/frame.ts";
import { Button } from "../ui/button.tsx";
import { Skeleton } from "../ui/skeleton.tsx";

type Props = { onSaved: (list: McpList) => void; onDone: () => void };

/** Servers that other programs have, to be brought in one by one; each comes switched off. */
export function McpImports({ onSaved, onDone }: Props): React.JSX.Element {
  const [list, setList] = useState<McpFoundList | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const sessionId = useSessionId();
  const projectId = useSessions().find(({ id }) => id === sessionId)?.projectId;
  const where = projectId === undefined ? {} : { projectId };
  const [loads, setLoads] = useState(0);
  useEffect(() => {
    const wanted = projectId === undefined ? {} : { projectId };
    rpc.mcp.findOthers(wanted).then(setList, (error: unknown) => setProblem(callFailure(error).message));
  }, [projectId, loads]);
  const bring = async ({ path, name, hash }: McpFound): Promise<void> => {
    const next = await attempt(`${name} was not brought in`, () => rpc.mcp.import({ path, name, hash, ...where }));
    if (next) onSaved(next);
    setLoads(loads + 1);
  };
  return (
    <section aria-label="Servers of other programs" className="flex flex-col gap-2 rounded-card border border-line bg-raised p-3">
      <div className="flex flex-wrap items-center gap-2">
        <p className="min-w-48 flex-1 text-muted">
          In the files of other programs. What you bring in is switched off until you have looked at it.
        </p>
        <Button variant="plain" onClick={onDone}>
          Done
        </Button>
      </div>
      {problem === null ? null : (
        <p role="alert" className="text-small break-words text-removed">
          {problem}
        </p>
      )}
      {list?.problems.map(({ path, message }) => (
        <p key={path} className="selectable text-small break-words text-removed">
          {visibleText(path)}: {visibleText(message)}
        </p>
      ))}
      {list === null && problem === null ? <Skeleton rows={3} label="Looking for servers" /> : null}
      {list?.found.length === 0 ? <p className="text-muted">No other program here has a server.</p> : null}
      <ul>
        {list?.found.map((found) => (
          <FoundLine key={`${found.path} ${found.name}`} found={found} onBring={() => void bring(found)} />
        ))}
      </ul>
    </section>
  );
}

function FoundLine({ found, onBring }: { found: McpFound; onBring: () => void }): React.JSX.Element {
  const { owner, path, name, what, sets, problem, isListed } = found;
  return (
    <li className="flex items-start gap-2 border-t border-line py-1.5">
      <div className="min-w-0 flex-1">
        <span className="font-medium break-words">{visibleText(name)}</span>{" "}
        <span className="text-small break-all text-faint" title={path}>
          {owner}
        </span>
        {what === "" ? null : <code className="selectable block break-all">{visibleText(what)}</code>}
        {sets.length > 0 ? <p className="text-small break-words text-muted">Sets {visibleText(sets.join(", "))}</p> : null}
        {problem === null ? null : <p className="text-small break-words text-changed">{visibleText(problem)}</p>}
      </div>
      {isListed ? (
        <span className="text-small text-muted">in the list</span>
      ) : (
        <Button disabled={problem !== null} aria-label={`Bring in ${name} of ${owner}`} onClick={onBring}>
          Bring in
        </Button>
      )}
    </li>
  );
}
