import { lookForCore } from "../rpc.ts";
import { useConnection } from "../stores/connection.ts";
import { Button } from "../ui/button.tsx";

const time = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });

/** Across the window while the core is away: what that means for what is seen and done. */
export function ConnectionLine(): React.JSX.Element | null {
  const away = useConnection((state) => state.away);
  const lastSeen = useConnection((state) => state.lastSeen);
  if (!away) return null;
  return (
    <div
      role="status"
      data-connection-line
      className="flex min-h-8 shrink-0 items-center gap-3 border-b border-changed/40 bg-[color-mix(in_oklab,var(--color-changed)_14%,var(--color-panel))] py-0.5 pr-1.5 pl-3"
    >
      <p className="min-w-0 flex-1">
        <span className="font-semibold">No connection to Hearth.</span>{" "}
        <span className="text-muted">
          {lastSeen === null
            ? "It is tried again and again."
            : `What you see is from ${time.format(lastSeen)}. Prompts are kept and go out when it is back; nothing else can be done.`}
        </span>
      </p>
      <Button onClick={lookForCore}>Try now</Button>
    </div>
  );
}
