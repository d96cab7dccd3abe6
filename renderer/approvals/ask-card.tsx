import type { InboxItem } from "../../shared/contract/permissions.ts";
import { PermissionCard } from "./permission-card.tsx";
import { QuestionCard } from "./question-card.tsx";

/** The card of something that waits. */
export function AskCard({ item }: { item: InboxItem }): React.JSX.Element {
  return item.kind === "permission" ? (
    <PermissionCard key={item.id} request={item.permission} />
  ) : (
    <QuestionCard key={item.id} question={item.question} />
  );
}
