import type { Alarm, InboxItem, PermissionRequest, Question } from "./contract/permissions.ts";

/** What waits: who it is of, and where. */
export function subjectOf(item: InboxItem): PermissionRequest | Question | Alarm {
  switch (item.kind) {
    case "permission":
      return item.permission;
    case "question":
      return item.question;
    case "alarm":
      return item.alarm;
  }
}
