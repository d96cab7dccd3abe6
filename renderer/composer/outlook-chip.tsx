import { cx } from "../ui/cx.ts";
import { Tooltip } from "../ui/tooltip.tsx";
import type { Outlook } from "./use-outlook.ts";

const words: Record<Outlook, { chip: string; says: string }> = {
  warm: { chip: "warm", says: "Its session in this chat is open: it goes on at once and remembers everything." },
  ready: { chip: "starts fresh", says: "It is ready for this chat, and begins at once, without memory of it." },
  resumes: {
    chip: "resumes",
    says: "Its program isn’t running. It starts and resumes its session in this chat, with its memory.",
  },
  replays: { chip: "replays history", says: "It starts and loads its session by replaying the history. That takes a moment." },
  new: { chip: "starts fresh", says: "It has had no turn in this chat yet and begins without memory of it." },
  "memory-lost": {
    chip: "memory lost",
    says: "It can’t take up its earlier session. It begins anew and doesn’t remember this chat.",
  },
};

/** What the next prompt to the chosen agent will find. */
export function OutlookChip({ outlook }: { outlook: Outlook }): React.JSX.Element {
  const { chip, says } = words[outlook];
  return (
    <Tooltip label={says} side="top">
      <span
        tabIndex={0}
        className={cx(
          "shrink-0 rounded-full -outline-offset-1 border border-line px-1.5 text-small whitespace-nowrap",
          outlook === "memory-lost" ? "border-changed/50 text-changed" : "text-muted",
        )}
      >
        {chip}
        <span className="sr-only">. {says}</span>
      </span>
    </Tooltip>
  );
}
