import type { InboxItem } from "../../shared/contract/permissions.ts";
import type { AlarmRepository } from "../store/alarms.ts";
import type { PermissionRepository } from "../store/permissions.ts";

/** Everything open, oldest first. */
export function readInbox(repository: PermissionRepository, alarms: AlarmRepository): InboxItem[] {
  const permissions = repository
    .listOpenRequests()
    .map((permission): InboxItem => ({ kind: "permission", id: permission.id, at: permission.createdAt, permission }));
  const asked = repository
    .listOpenQuestions()
    .map((question): InboxItem => ({ kind: "question", id: question.id, at: question.createdAt, question }));
  const raised = alarms.listOpen().map(({ alarm }): InboxItem => ({ kind: "alarm", id: alarm.id, at: alarm.createdAt, alarm }));
  return [...permissions, ...asked, ...raised].toSorted((a, b) => a.at.localeCompare(b.at));
}
