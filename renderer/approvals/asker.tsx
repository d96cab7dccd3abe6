import { visibleText } from "../../shared/visible-text.ts";

/** Who asks; a sub-agent by the name that its agent gives it, if any. */
export function askerText(agentLabel: string, asker: string | null): string {
  if (asker === null) return agentLabel;
  return asker === "" ? `A sub-agent of ${agentLabel}` : `${agentLabel}’s sub-agent “${visibleText(asker)}”`;
}

/** Nothing where the agent itself asks: its mark says so. */
export function Asker({ agentLabel, asker }: { agentLabel: string; asker: string | null }): React.JSX.Element | null {
  if (asker === null) return null;
  return <p className="min-w-0 text-small break-words text-muted">{askerText(agentLabel, asker)} asks</p>;
}
