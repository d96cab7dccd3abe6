import type { Turn } from "../../shared/contract/chats.ts";
import { promptText } from "../../shared/prompt.ts";
import type { TimelineItem } from "../../shared/run-fold.ts";
import { toolLine } from "./tool-line.ts";

/** A turn as Markdown for other programs: the prompt, the answer, and one line for each thing that was done. */
export function turnMarkdown(turn: Turn, agentLabel: string): string {
  const { run, timeline } = turn;
  const parts = [`**You:** ${promptText(run.prompt)}`, `**${agentLabel}:**`];
  let list: string[] = [];
  const closeList = (): void => {
    if (list.length > 0) parts.push(list.join("\n"));
    list = [];
  };
  for (const item of timeline.items) {
    const text = item.kind === "text" ? item.text.trim() : null;
    if (text !== null) {
      closeList();
      if (text !== "") parts.push(text);
    } else {
      list.push(...itemLines(item));
    }
  }
  closeList();
  if (run.error) parts.push(`> ${run.error.code}: ${run.error.message}`);
  if (run.lateReport) parts.push(`Said after the turn: ${run.lateReport.text.trim()}`);
  return `${parts.join("\n\n")}\n`;
}

/** Only what the agent answered. */
export function answerMarkdown(turn: Turn): string {
  return turn.timeline.items
    .flatMap((item) => (item.kind === "text" && item.text.trim() !== "" ? [item.text.trim()] : []))
    .join("\n\n");
}

function itemLines(item: TimelineItem): string[] {
  switch (item.kind) {
    case "tool": {
      const { verb, target, targetKind } = toolLine(item.tool);
      const shown = target === null ? "" : targetKind === "text" ? ` ${target}` : ` ${code(target)}`;
      return [`- ${verb}${shown}${item.error ? ` (${item.error.code}: ${item.error.message})` : ""}`];
    }
    case "plan":
      return item.entries.map((entry) => `- [${entry.status === "completed" ? "x" : " "}] ${entry.content}`);
    case "notice":
      return [`- ${item.notice.message}`];
    case "permission":
      return item.outcome === "rejected" ? [`- Not allowed: ${item.title}`] : [];
    case "question":
      return [`- Asked: ${item.request.message}`];
    default:
      return [];
  }
}

/** Inline code around text that may itself hold backticks (CommonMark 0.31, 6.1). */
function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map((run) => run[0].length));
  const ticks = "`".repeat(longest + 1);
  const space = text.startsWith("`") || text.endsWith("`") ? " " : "";
  return `${ticks}${space}${text.replace(/\n/g, " ")}${space}${ticks}`;
}
