import { Split } from "lucide-react";

/** Where a forked chat begins: an agent is told of what stands above, and the files are the session's, in every chat. */
export function ForkedRow(): React.JSX.Element {
  return (
    <p className="mt-4 flex items-center gap-2 text-small text-muted before:h-px before:flex-1 before:bg-line after:h-px after:flex-1 after:bg-line">
      <Split className="size-3.5 text-faint" aria-hidden />
      Forked here. The files are as they are now.
    </p>
  );
}
