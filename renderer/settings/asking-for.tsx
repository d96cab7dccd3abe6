import { useNow } from "../ui/use-now.ts";

const wordAfterMs = 5000;

/** How long an agent has been starting, once that is worth a word. */
export function AskingFor({ since }: { since: string }): React.JSX.Element | null {
  const ms = useNow() - Date.parse(since);
  return ms < wordAfterMs ? null : <span className="text-faint tabular-nums">still starting, {Math.floor(ms / 1000)} s</span>;
}
