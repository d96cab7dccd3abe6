import { memo } from "react";
import { Markdown } from "../markdown/markdown.tsx";
import { ApprovalRow } from "./approval-row.tsx";
import { ChangedRow } from "./changed-row.tsx";
import { OutcomeRow, StateRow } from "./end-rows.tsx";
import { ForkedRow } from "./forked-row.tsx";
import { HeaderRow } from "./header-row.tsx";
import { PromptRow } from "./prompt-row.tsx";
import { LateRow, NoticeRow, PlanRow, ReasoningRow } from "./quiet-rows.tsx";
import type { TimelineRow } from "./rows.ts";
import { StepsRow } from "./steps-row.tsx";
import { ToolRow, ToolsRow } from "./tool-row.tsx";
import { UnsentRow } from "./unsent-row.tsx";

/** Draws one row, and again only when the row is another one. */
export const RowView = memo(function RowView({ row }: { row: TimelineRow }): React.JSX.Element {
  switch (row.kind) {
    case "prompt":
      return <PromptRow rowKey={row.key} run={row.run} before={row.before} />;
    case "unsent":
      return <UnsentRow rowKey={row.key} item={row.item} />;
    case "header":
      return <HeaderRow turn={row.turn} />;
    case "text":
      return (
        <div className={row.first ? "py-1.5" : "markdown-goes-on pt-1 pb-1.5"}>
          <Markdown chunk={row.chunk} live={row.live} />
        </div>
      );
    case "reasoning":
      return <ReasoningRow row={row} />;
    case "tool":
      return <ToolRow rowKey={row.key} item={row.item} ended={row.ended} asks={row.asks} waitedMs={row.waitedMs} />;
    case "tools":
      return <ToolsRow rowKey={row.key} items={row.items} waitedMs={row.waitedMs} />;
    case "plan":
      return <PlanRow row={row} />;
    case "approval":
      return <ApprovalRow row={row} />;
    case "notice":
      return <NoticeRow row={row} />;
    case "steps":
      return <StepsRow row={row} />;
    case "forked":
      return <ForkedRow />;
    case "late":
      return <LateRow row={row} />;
    case "state":
      return <StateRow turn={row.turn} />;
    case "changed":
      return <ChangedRow turn={row.turn} />;
    case "outcome":
      return <OutcomeRow turn={row.turn} />;
    case "rest":
      return <div className="row" />;
  }
});
