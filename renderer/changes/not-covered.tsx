import { whyNotCovered } from "../../shared/not-covered.ts";
import { useAgents } from "../stores/app.ts";
import { AgentMark } from "../ui/agent-mark.tsx";
import { Visible } from "../markdown/visible.tsx";

type Entry = { path: string; why: Parameters<typeof whyNotCovered>[0]["why"]; agent?: string | null };
type Props = { entries: readonly Entry[] };

/** What no snapshot holds, each by name and with the reason: nothing here reviews, applies or undoes it. */
export function NotCoveredList({ entries }: Props): React.JSX.Element | null {
  const agents = useAgents();
  if (entries.length === 0) return null;
  return (
    <details className="shrink-0 border-t border-line bg-panel px-3 py-1.5 text-small">
      <summary className="cursor-default font-medium">
        Not covered <span className="font-normal text-muted tabular-nums">{entries.length}</span>
      </summary>
      <ul aria-label="Not covered" className="selectable max-h-40 overflow-y-auto py-1">
        {entries.map((one) => (
          <li key={one.path} className="py-0.5">
            <code className="break-all">
              <Visible text={one.path} />
            </code>{" "}
            <span className="text-muted">{whyNotCovered(one)}</span>{" "}
            {one.agent ? (
              <AgentMark agentId={one.agent} label={agents.find(({ id }) => id === one.agent)?.label ?? one.agent} />
            ) : null}
          </li>
        ))}
      </ul>
    </details>
  );
}
