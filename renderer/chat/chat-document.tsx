import { useCallback } from "react";
import { openChats, useOpenChat } from "../stores/open-chats.ts";
import type { OutboxItem } from "../stores/outbox.ts";
import { Timeline } from "../timeline/timeline.tsx";

type Props = {
  chatId: string;
  unsent: readonly OutboxItem[];
  toEnd: number;
  finding: boolean;
  onCloseFind: () => void;
};

/** The turns of a chat, as they are now: what is drawn with each piece of an answer. */
export function ChatDocument({ chatId, ...shown }: Props): React.JSX.Element {
  const { turns, more, loadingEarlier } = useOpenChat(chatId, (chat) => chat);
  const loadEarlier = useCallback(() => void openChats.loadEarlier(chatId), [chatId]);
  const forgetOldest = useCallback(() => openChats.forgetOldest(chatId), [chatId]);
  return (
    <Timeline
      {...shown}
      chatId={chatId}
      turns={turns}
      more={more}
      loadingEarlier={loadingEarlier}
      onLoadEarlier={loadEarlier}
      onForgetOldest={forgetOldest}
    />
  );
}
