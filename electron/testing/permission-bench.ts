import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Policy } from "../../shared/contract/sessions.ts";
import type { PermissionAction, PermissionOption, RunEventBody } from "../../shared/run-event.ts";
import type { PermissionAsk } from "../../shared/contract/permissions.ts";
import { ManualClock } from "../lib/clock.ts";
import { Alarms } from "../permissions/alarms.ts";
import { Rules } from "../permissions/rules.ts";
import { PermissionsService, type TurnRef } from "../permissions/service.ts";
import { AlarmRepository } from "../store/alarms.ts";
import { openStore } from "../store/open.ts";
import { DecisionRecord } from "../store/decisions.ts";
import { PermissionRepository } from "../store/permissions.ts";
import { RuleRepository } from "../store/rules.ts";
import { removeFolder } from "./remove-folder.ts";

/** A permissions service on a real store and a real folder, with two projects, three sessions and two runs. */
export type PermissionBench = {
  service: PermissionsService;
  readonly alarms: Alarms;
  readonly rules: Rules;
  policy: Policy;
  log: (RunEventBody & { runId: string })[];
  announced: number;
  readonly turn: TurnRef;
  readonly copy: string;
  readonly data: string;
  readonly clock: ManualClock;
  /** A new service on the same store, as after a crash. */
  restart(): void;
  openId(): string;
  answer(
    optionId: string,
    remember?: "once" | "session" | "project" | "always",
    minutes?: number | null,
  ): ReturnType<PermissionsService["answer"]>;
  records(): unknown[];
  close(): void;
};

export const never = new AbortController().signal;

export const options: PermissionOption[] = [
  { optionId: "yes", kind: "allow_once", name: "Sure" },
  { optionId: "ever", kind: "allow_always", name: "Reject" },
  { optionId: "no", kind: "reject_once", name: "No" },
];

export function ask(action: PermissionAction, more: Partial<PermissionAsk> = {}): PermissionAsk {
  return { title: "Read README", action, options, ...more };
}
export const run = (command: string): PermissionAction => ({ kind: "execute", command });
export const edit = (name: string, oldText: string | null, newText: string): PermissionAction => ({
  kind: "edit",
  diff: [{ path: name, oldText, newText }],
});

export function createPermissionBench(): PermissionBench {
  const dir = realpathSync(mkdtempSync(path.join(tmpdir(), "hearth-perm-")));
  const copy = path.join(dir, "copy");
  mkdirSync(path.join(copy, "src"), { recursive: true });
  writeFileSync(path.join(copy, "src/a.ts"), "one\ntwo\n");
  const clock = new ManualClock();
  const opened = openStore(path.join(dir, "data"), 0, clock);
  if (!opened.ok) throw new Error(opened.error.message);
  const store = opened.value;
  store.sqlite.exec(`
    INSERT INTO projects (id, name, path, real_path, kind, added_at) VALUES ('p', 'p', '/p', '/p', 'git', 0), ('p2', 'p', '/p2', '/p2', 'git', 0);
    INSERT INTO sessions (id, project_id, title, created_at, updated_at) VALUES ('s', 'p', '', 0, 0), ('s2', 'p', '', 0, 0), ('s3', 'p2', '', 0, 0);
    INSERT INTO chats (id, session_id, tab_number, title, created_at) VALUES ('c', 's', 1, '', 0);
    INSERT INTO runs (id, chat_id, session_id, working_copy_id, agent_id, status, prompt, created_at)
      VALUES ('r', 'c', 's', 'w', 'practice', 'running', '[]', 0), ('r2', 'c', 's', 'w', 'practice', 'running', '[]', 0);
  `);
  const alarmRows = new AlarmRepository(store);
  const record = new DecisionRecord(store);
  const rules = new Rules({ ruleRows: new RuleRepository(store), record, clock });
  const announceInbox = (): void => void (bench.announced += 1);
  const create = (): PermissionsService =>
    new PermissionsService({
      repository: new PermissionRepository(store),
      record,
      rules,
      alarmRows,
      onTerminals: () => [],
      clock,
      policyOf: () => bench.policy,
      append: (runId, body) => void bench.log.push({ ...body, runId }),
      announceInbox,
    });
  const bench: PermissionBench = {
    clock,
    data: path.join(dir, "data"),
    service: create(),
    rules,
    alarms: new Alarms({ alarmRows, clock, announceInbox }),
    policy: "ask",
    log: [],
    announced: 0,
    turn: { runId: "r", chatId: "c", sessionId: "s", projectId: "p", agentId: "practice", workingCopyPath: copy },
    copy,
    restart: () => void (bench.service = create()),
    openId() {
      const item = bench.service.inbox().at(-1);
      if (!item) throw new Error("Nothing is open");
      return item.id;
    },
    answer: (optionId, remember = "once", minutes = null) =>
      bench.service.answer(bench.openId(), { optionId, remember, minutes, by: "person" }),
    records: () =>
      store.sqlite.prepare("SELECT status, option_id, resolved_by FROM permission_requests ORDER BY rowid").raw().all(),
    close() {
      store.close();
      removeFolder(dir);
    },
  };
  return bench;
}
