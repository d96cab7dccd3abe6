import { promptText } from "../../shared/prompt.ts";
import type { TimelineRow } from "./rows.ts";
import { toolLine } from "./tool-line.ts";

/** The row's text as a search sees it: what it shows, and what it shows when opened. */
export function searchText(row: TimelineRow): string {
  switch (row.kind) {
    case "prompt":
      return promptText(row.run.prompt);
    case "unsent":
      return promptText(row.item.prompt);
    case "text":
      return row.chunk.text;
    case "reasoning":
      return row.item.text;
    case "tool":
      return toolText(row.item.tool);
    case "tools":
      return row.items.map((item) => toolText(item.tool)).join("\n");
    case "plan":
      return row.item.entries.map((entry) => entry.content).join("\n");
    case "approval":
      return row.item.kind === "permission" ? row.item.title : row.item.request.message;
    case "notice":
      return row.item.notice.message;
    case "late":
      return row.report.text;
    case "outcome":
      return `${row.turn.run.error?.code ?? ""} ${row.turn.run.error?.message ?? ""}`;
    case "header":
    case "steps":
    case "forked":
    case "changed":
    case "state":
    case "rest":
      return "";
  }
}

function toolText(tool: Parameters<typeof toolLine>[0]): string {
  const { verb, target } = toolLine(tool);
  return [`${verb} ${target ?? ""}`, tool.title, tool.output ?? "", ...tool.diff.map(({ newText }) => newText)].join("\n");
}

/** Keys of the rows that hold the query, in order. Upper and lower case are the same; an empty query is nowhere. */
export function findInRows(rows: readonly TimelineRow[], query: string): string[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === "") return [];
  return rows.filter((row) => searchText(row).toLowerCase().includes(wanted)).map((row) => row.key);
}
