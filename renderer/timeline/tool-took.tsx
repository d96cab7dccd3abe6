import { useNow } from "../ui/use-now.ts";
import { durationText, msBetween } from "./format.ts";
import type { ToolItem } from "./rows.ts";
import { exitCodeOf } from "./tool-time.ts";

/** What the tool itself took, without the time that it waited for the person. */
export function Took({ item, going, waitedMs }: { item: ToolItem; going: boolean; waitedMs: number }): React.JSX.Element | null {
  if (going) return <Running since={Date.parse(item.startedAt) + waitedMs} />;
  return item.endedAt ? <Duration ms={msBetween(item.startedAt, item.endedAt) - waitedMs} /> : null;
}

/** How a command ended that didn't end well, where the agent told it. */
export function ExitCode({ item }: { item: ToolItem }): React.JSX.Element | null {
  const code = exitCodeOf(item);
  return code === null ? null : <span className="shrink-0 text-small tabular-nums">exit {code}</span>;
}

function Running({ since }: { since: number }): React.JSX.Element | null {
  const ms = useNow() - since;
  return ms < 1_000 ? null : <Time text={`${Math.floor(ms / 1_000)} s`} />;
}

function Time({ text }: { text: string }): React.JSX.Element {
  return <span className="shrink-0 text-right text-small text-faint tabular-nums">{text}</span>;
}

/** What took no time worth a word shows none. */
export function Duration({ ms }: { ms: number }): React.JSX.Element | null {
  return ms < 50 ? null : <Time text={durationText(ms)} />;
}
