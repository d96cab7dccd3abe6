import type { InboxItem } from "./contract/permissions.ts";

/** What waits: who it is of, and where; in no chat where that is a terminal. */
export type Subject = { id: string; sessionId: string; projectId: string; agentId: string; chatId: string | null };

export function subjectOf(item: InboxItem): Subject {
  switch (item.kind) {
    case "permission":
      return item.permission;
    case "question":
      return item.question;
    case "alarm":
      return item.alarm;
    case "terminal":
      return { ...item.terminal, chatId: null };
  }
}
