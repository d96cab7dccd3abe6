import { FileDiff } from "lucide-react";
import type { Turn } from "../../shared/contract/chats.ts";
import { Button } from "../ui/button.tsx";
import { Count } from "../ui/count.tsx";
import { useTimelineActions } from "./timeline-actions.ts";

/** What a turn did to the files, and the way to it. */
export function ChangedRow({ turn }: { turn: Turn }): React.JSX.Element | null {
  const { review } = useTimelineActions();
  const { changed } = turn.timeline;
  if (!changed) return null;
  return (
    <div className="row flex items-center gap-2 text-muted">
      <span className="inline-flex w-4 shrink-0 justify-center">
        <FileDiff className="size-3.5 text-faint" aria-hidden />
      </span>
      <span className="tabular-nums">{changed.files === 1 ? "1 file" : `${changed.files.toLocaleString("en")} files`}</span>
      <Count additions={changed.additions} deletions={changed.deletions} />
      <span aria-hidden className="text-faint">
        ·
      </span>
      <Button variant="plain" className="-ml-1 px-1.5!" onClick={() => review(turn)}>
        Review
      </Button>
    </div>
  );
}
