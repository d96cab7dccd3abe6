import type { Alarm } from "../../shared/contract/permissions.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import type { AlarmRepository, OpenAlarm } from "../store/alarms.ts";
import type { TurnRef } from "./service.ts";

const maxPaths = 200;

export type AlarmsDeps = {
  alarmRows: AlarmRepository;
  clock: Clock;
  /** Called after the inbox changed. */
  announceInbox: () => void;
};

/** Alarms of files that changed in a turn without a request, from the turn's end until the person has seen to them. */
export class Alarms {
  readonly #deps: AlarmsDeps;

  constructor(deps: AlarmsDeps) {
    this.#deps = deps;
  }

  raise(turn: TurnRef, paths: readonly string[], checkpointId: string | null): Alarm {
    const { workingCopyPath: _, ...ids } = turn;
    const { alarmRows, clock, announceInbox } = this.#deps;
    const at = clock.now();
    const alarm = { id: newId("alarm", at), ...ids, message: tellPaths(paths), paths: paths.slice(0, maxPaths), checkpointId };
    alarmRows.add({ ...alarm, createdAt: at }, announceInbox);
    return { ...alarm, status: "open", createdAt: new Date(at).toISOString() };
  }

  dismiss(id: string): Result<Alarm, Failure<"ALARM_NOT_FOUND">> {
    const { alarmRows, clock, announceInbox } = this.#deps;
    if (alarmRows.close(id, "dismissed", clock.now())) announceInbox();
    const alarm = alarmRows.find(id);
    return alarm ? ok(alarm) : failure("ALARM_NOT_FOUND", "There is no such alarm");
  }

  /**
   * Files of the session were rejected: an alarm is over when none of its files stays changed. `left` tells which do, of
   * what became of files since a time. One that names no more than a part of its files waits until nothing is left.
   */
  async rejected(sessionId: string, left: (since: number) => Promise<ReadonlySet<string>>): Promise<void> {
    const undone: OpenAlarm[] = [];
    for (const open of this.#openOf(sessionId)) {
      const { paths, createdAt } = open.alarm;
      const stays = await left(Date.parse(createdAt));
      if (paths.length < maxPaths ? !paths.some((path) => stays.has(path)) : stays.size === 0) undone.push(open);
    }
    this.#takeBack(undone);
  }

  /** The session's files are as they were at that checkpoint: what changed in turns since then is taken back. */
  restored(sessionId: string, checkpoint: { id: string; createdAt: number }): void {
    const undone = this.#openOf(sessionId).filter(
      ({ alarm, runCreatedAt }) => alarm.checkpointId === checkpoint.id || checkpoint.createdAt <= runCreatedAt,
    );
    this.#takeBack(undone);
  }

  #openOf(sessionId: string): OpenAlarm[] {
    return this.#deps.alarmRows.listOpen().filter(({ alarm }) => alarm.sessionId === sessionId);
  }

  #takeBack(undone: readonly OpenAlarm[]): void {
    const { alarmRows, clock, announceInbox } = this.#deps;
    for (const { alarm } of undone) alarmRows.close(alarm.id, "taken-back", clock.now());
    if (undone.length > 0) announceInbox();
  }
}

function tellPaths(paths: readonly string[]): string {
  const more = paths.length > 3 ? ` and ${paths.length - 3} more` : "";
  const what = paths.length === 1 ? "A file changed" : `${paths.length} files changed`;
  return `${what} in this turn without a request that was allowed: ${paths.slice(0, 3).join(", ")}${more}`;
}
