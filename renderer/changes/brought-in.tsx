import { broughtInText } from "../../shared/brought-in-text.ts";
import { Visible } from "../markdown/visible.tsx";
import { useSession } from "../stores/app.ts";

/** Says of the files that a merge, pull, rebase or switch brought that they are left out, for nobody changed them here. */
export function BroughtInLine({ sessionId }: { sessionId: string }): React.JSX.Element | null {
  const broughtIn = useSession(sessionId)?.workingCopy.broughtIn ?? null;
  if (!broughtIn) return null;
  return (
    <p className="selectable shrink-0 border-t border-line bg-panel px-3 py-1.5 text-small wrap-anywhere text-muted tabular-nums">
      <Visible text={broughtInText(broughtIn)} />
    </p>
  );
}
