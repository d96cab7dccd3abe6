import { useEffect, useState } from "react";
import { rpc } from "../rpc.ts";

export type Handover = NonNullable<Awaited<ReturnType<typeof rpc.chats.handover>>>;

/** What the agent would be told of the turns that it missed in this chat; asked again whenever `version` changes. */
export function useHandover(chatId: string, agentId: string, version: string): Handover | null {
  const [handover, setHandover] = useState<Handover | null>(null);
  useEffect(() => {
    let overtaken = false;
    rpc.chats.handover({ id: chatId, agentId }).then(
      (answer) => {
        if (!overtaken) setHandover(answer);
      },
      () => {
        // Without an answer nothing is claimed; the next change asks again.
        if (!overtaken) setHandover(null);
      },
    );
    return () => {
      overtaken = true;
    };
  }, [chatId, agentId, version]);
  return handover;
}
