import type { InboxItem } from "../../shared/contract/permissions.ts";
import { AlarmCard } from "./alarm-card.tsx";
import { PermissionCard } from "./permission-card.tsx";
import { QuestionCard } from "./question-card.tsx";
import { WaitingTerminalCard } from "./waiting-terminal.tsx";

/** The card of something that waits. */
export function ApprovalCard({ item }: { item: InboxItem }): React.JSX.Element {
  switch (item.kind) {
    case "permission":
      return <PermissionCard key={item.id} request={item.permission} />;
    case "question":
      return <QuestionCard key={item.id} question={item.question} />;
    case "alarm":
      return <AlarmCard key={item.id} alarm={item.alarm} />;
    case "terminal":
      return <WaitingTerminalCard key={item.id} waiting={item.terminal} />;
  }
}
