import { goToComparison } from "../commands/actions.ts";
import { showTurn, type ShownTurn } from "../stores/shown-turn.ts";
import { Button } from "../ui/button.tsx";
import { shortDate } from "../ui/short-date.ts";

type Props = { sessionId: string; turn: ShownTurn; pending: number };

/** That only one turn's files are listed, and the ways to all of them, and to what the turn itself did. */
export function TurnFilter({ sessionId, turn, pending }: Props): React.JSX.Element {
  const { before, after } = turn.checkpoints;
  return (
    <div
      role="group"
      aria-label="Narrowed to a turn"
      className="flex shrink-0 flex-wrap items-center gap-x-2 border-b border-line bg-panel py-0.5 pr-1 pl-3 text-small text-muted"
    >
      <span className="min-w-0 flex-1 truncate">{wordsOf(turn, pending)}</span>
      {before !== null && after !== null ? (
        <Button
          variant="plain"
          className="text-small"
          title="The files before the turn beside those after it"
          onClick={() => goToComparison(sessionId, before, after)}
        >
          This turn’s lines
        </Button>
      ) : null}
      <Button variant="plain" className="text-small" onClick={() => showTurn(sessionId, null)}>
        Show all
      </Button>
    </div>
  );
}

/** Of what the turn changed some may be applied, rejected or changed back. */
function wordsOf({ createdAt, paths }: ShownTurn, pending: number): string {
  const time = shortDate(createdAt);
  const count = paths.length === 1 ? "the one file" : `${paths.length} files`;
  if (pending === paths.length) return `Turn of ${time}: ${count} that it changed`;
  return pending === 0
    ? `Turn of ${time}: nothing of ${count} is pending any more`
    : `Turn of ${time}: ${pending} of ${count} pending`;
}
