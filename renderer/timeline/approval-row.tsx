import { Check, CircleHelp, CircleSlash } from "lucide-react";
import { quoteWords } from "../../shared/shell-words.ts";
import { deciderOf } from "../../shared/policy-words.ts";
import { Visible } from "../markdown/visible.tsx";
import type { ApprovalItem, TimelineRow } from "./rows.ts";
import { useTimelineActions } from "./timeline-actions.ts";

/** An open request as its card; an answered one as a line that says what came of it. */
export function ApprovalRow({ row }: { row: Extract<TimelineRow, { kind: "approval" }> }): React.JSX.Element {
  const { approvalCard } = useTimelineActions();
  const { item, ended } = row;
  const card = item.outcome === null && !ended ? approvalCard(item) : null;
  if (card) return <div className="py-1.5">{card}</div>;
  const Icon =
    item.outcome === "allowed" || item.outcome === "answered"
      ? Check
      : item.outcome === null && !ended
        ? CircleHelp
        : CircleSlash;
  return (
    <p className="row flex items-center gap-2 text-muted">
      <span className="inline-flex w-4 shrink-0 justify-center">
        <Icon className="size-3.5 text-faint" aria-hidden />
      </span>
      <span className="min-w-0 overflow-hidden text-ellipsis whitespace-pre">
        {outcomeWords(item)} <Visible text={firstLine(subject(item)).slice(0, 300)} />
      </span>
    </p>
  );
}

function firstLine(text: string): string {
  const [first = "", ...others] = text.split("\n");
  return others.length > 0 ? `${first} …` : first;
}

function subject(item: ApprovalItem): string {
  if (item.kind === "question") return item.request.message;
  const { command, argv, paths, url } = item.action;
  const words = argv && argv.length > 0 ? quoteWords(argv) : undefined;
  return words ?? command ?? paths?.join(", ") ?? url ?? item.title;
}

function outcomeWords(item: ApprovalItem): string {
  if (item.kind === "permission") {
    const decider = deciderOf(item.by);
    const by = decider === null ? "" : ` by ${decider}`;
    switch (item.outcome) {
      case "allowed":
        return `Allowed${by}:`;
      case "rejected":
        return `Not allowed${by}:`;
      case "cancelled":
        return "Withdrawn:";
      case "expired":
        return "Not answered in time:";
      case null:
        return "Asks:";
    }
  }
  const values = item.content ? Object.values(item.content).map(String).join(", ") : "";
  switch (item.outcome) {
    case "answered":
      return `Answered “${values.slice(0, 120)}”:`;
    case "declined":
      return "Declined:";
    case "cancelled":
      return "Withdrawn:";
    case "expired":
      return "Not answered in time:";
    case null:
      return "Asks:";
  }
}
