import { outbox } from "../stores/open-chats.ts";
import type { OutboxItem } from "../stores/outbox.ts";
import { NotSentYet } from "../ui/not-sent-yet.tsx";
import { PromptSection } from "./prompt-row.tsx";

/** A prompt in its place while the core doesn't have it. */
export function UnsentRow({ rowKey, item }: { rowKey: string; item: OutboxItem }): React.JSX.Element {
  return (
    <PromptSection rowKey={rowKey} prompt={item.prompt} createdAt={new Date(item.at).toISOString()}>
      <NotSentYet onTakeBack={() => outbox.takeBack(item.key)} />
    </PromptSection>
  );
}
