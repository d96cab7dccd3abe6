import type { InboxItem } from "../../shared/contract/permissions.ts";
import type { AlarmRepository } from "../store/alarms.ts";
import type { PermissionRepository } from "../store/permissions.ts";

export type Waiting = {
  repository: PermissionRepository;
  alarmRows: AlarmRepository;
  /** Agents' own programs on terminals that wait for an answer there. */
  onTerminals: () => InboxItem[];
};

/** Everything open, oldest first. */
export function readInbox({ repository, alarmRows, onTerminals }: Waiting): InboxItem[] {
  const permissions = repository
    .listOpenRequests()
    .map((permission): InboxItem => ({ kind: "permission", id: permission.id, at: permission.createdAt, permission }));
  const asked = repository
    .listOpenQuestions()
    .map((question): InboxItem => ({ kind: "question", id: question.id, at: question.createdAt, question }));
  const raised = alarmRows
    .listOpen()
    .map(({ alarm }): InboxItem => ({ kind: "alarm", id: alarm.id, at: alarm.createdAt, alarm }));
  return [...permissions, ...asked, ...raised, ...onTerminals()].toSorted((a, b) => a.at.localeCompare(b.at));
}
