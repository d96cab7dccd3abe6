import type { InboxItem } from "../../shared/contract/permissions.ts";
import { useApp } from "../stores/app.ts";
import { PermissionCard } from "./permission-card.tsx";
import { QuestionCard } from "./question-card.tsx";

/** The card of something that waits. */
export function AskCard({ item }: { item: InboxItem }): React.JSX.Element {
  return item.kind === "permission" ? <PermissionCard key={item.id} request={item.permission} /> : <QuestionCard key={item.id} question={item.question} />;
}

/** The card of what waits under this id; nothing once it is answered. */
export function OpenAsk({ askId }: { askId: string }): React.JSX.Element | null {
  const item = useApp((state) => state.app?.inbox.find((candidate) => candidate.id === askId));
  return item ? <AskCard item={item} /> : null;
}
