import type { InboxItem } from "../../shared/contract/permissions.ts";
import { runHasEnded } from "../../shared/contract/runs.ts";
import { assistantId } from "../agents/catalog.ts";
import type { HelperModel } from "../assistant/helper/helper-model.ts";
import { Baselines } from "../baselines/baselines.ts";
import { carryReviews } from "../changes/carry.ts";
import { ChangeCounts } from "../changes/change-counts.ts";
import { ChangesService } from "../changes/changes-service.ts";
import type { Describe } from "../changes/commit-draft.ts";
import { CommitsService } from "../changes/commits-service.ts";
import { LiveChanges } from "../changes/live-changes.ts";
import { refOf as placeRef } from "../changes/places.ts";
import type { ChangesDeps, SessionCopy } from "../changes/ports.ts";
import { FileSets } from "../file-sets/file-sets.ts";
import { KeyedQueue } from "../lib/keyed-queue.ts";
import { Listeners } from "../lib/listeners.ts";
import { Alarms } from "../permissions/alarms.ts";
import { readInbox } from "../permissions/inbox.ts";
import { Rules } from "../permissions/rules.ts";
import { CheckpointsService } from "../snapshots/checkpoints.ts";
import type { CopyRef } from "../snapshots/snapshot-store.ts";
import { AlarmRepository } from "../store/alarms.ts";
import { ChangesRepository } from "../store/changes.ts";
import { CheckpointRepository } from "../store/checkpoints.ts";
import { DecisionRecord } from "../store/decisions.ts";
import { PermissionRepository } from "../store/permissions.ts";
import { RuleRepository } from "../store/rules.ts";
import type { AgentTuis, TuiNews } from "../terminals/agent-tuis.ts";
import { copyRef } from "../working-copies/copy.ts";
import type { Foundation } from "./foundation.ts";
import type { Workspace } from "./workspace.ts";

export type Review = ReturnType<typeof composeReview>;
/** Sessions one of whose terminals came to rest, and agents' own programs on terminals. */
type ForReview = {
  quiet: Listeners<string>;
  tuiNews: Listeners<TuiNews>;
  tuis: Pick<AgentTuis, "waiting">;
  helper: Pick<HelperModel, "commitMessage">;
};

/** Where the helper model is the chat's own, that is of the latest turn of Hearth's own agent in the session. */
function describeBy({ rows }: Foundation, helper: ForReview["helper"]): Describe {
  return (diff, sessionId, signal) => helper.commitMessage(diff, rows.runs.latestModelOf(sessionId, assistantId), signal);
}

/** The rows of all that waits for a person, and the word that they changed. */
function composeInbox({ store, announce, clock }: Foundation, { sessions }: Workspace, { tuis, tuiNews }: ForReview) {
  const repository = new PermissionRepository(store);
  const alarmRows = new AlarmRepository(store);
  const onTerminals = (): InboxItem[] =>
    tuis.waiting().map(({ terminalId: id, sessionId, agent: { id: agentId, evidence, at } }) => {
      const projectId = sessions.find(sessionId)?.projectId ?? "";
      return { kind: "terminal", id, at, terminal: { id, sessionId, projectId, agentId, evidence } };
    });
  const waiting = { repository, alarmRows, onTerminals };
  const announceInbox = (): void => announce({ type: "inbox", inbox: readInbox(waiting) });
  tuiNews.on(({ agent, before }) => {
    if (agent.state === "blocked" || before === "blocked") announceInbox();
  });
  const record = new DecisionRecord(store);
  const rules = new Rules({ ruleRows: new RuleRepository(store), record, clock });
  return { ...waiting, record, rules, announceInbox };
}

/** What becomes of a session's files: checkpoints of them, and the changes that wait for review. */
export function composeReview(base: Foundation, workspace: Workspace, programs: ForReview) {
  const { scope, store, clock, log, announce, failpoint, leases, sessionChanged, rows } = base;
  const { sessions, copies, projects, snapshots } = workspace;
  const asked = composeInbox(base, workspace, programs);
  const alarms = new Alarms({ ...asked, clock });
  const changeRows = new ChangesRepository(store);
  /** Told a session whose changes are to be counted: they never were, its files were restored, or git moved its baseline. */
  const toCount = new Listeners<string>((error) => log.error("changes.listener", error));
  const fileSets = new FileSets({
    rows: changeRows,
    snapshots,
    lease: (copy) => leases.take(copy.copyId, copy.path),
    clock,
    log,
    failpoint,
  });
  const baselines = composeBaselines(base, workspace, { changeRows, toCount });
  const checkpoints = composeCheckpoints(base, workspace, { changeRows, fileSets, alarms, baselines, toCount });
  const counts = new ChangeCounts({
    last: (sessionId) => rows.copies.findOfSession(sessionId)?.lastCount ?? null,
    save: (sessionId, count) => rows.copies.setLastCountOfSession(sessionId, count),
    count: (sessionId) => toCount.emit(sessionId),
    changed: (sessionId) => sessionChanged.emit(sessionId),
  });
  const deps: ChangesDeps = {
    store: changeRows,
    snapshots,
    fileSets,
    git: base.git,
    copies: {
      find: (sessionId) => sessionCopy(workspace, sessionId),
      setRevision: (sessionId, tree) => sessions.setRevision(sessionId, tree),
      noteRevision: (sessionId, tree) => {
        const id = copies.find(sessionId)?.id;
        if (![...leases.going(), ...leases.leased()].some(({ workingCopyId }) => workingCopyId === id))
          sessions.setRevision(sessionId, tree);
      },
    },
    counts,
    checkpoints,
    atWork(sessionId) {
      const id = copies.find(sessionId)?.id;
      const runId = leases.going().find(({ workingCopyId }) => workingCopyId === id)?.runId;
      const run = runId === undefined ? null : rows.runs.find(runId);
      const beforeTree = run && checkpoints.treeBefore(sessionId, run.id);
      return run && beforeTree !== null ? { agentId: run.agentId, runId: run.id, beforeTree } : null;
    },
    follow: (sessionId) => baselines.follow(sessionId),
    advance: (sessionId, step) => baselines.advance(sessionId, step),
    trusted: (projectId) => projects.isTrusted(projectId),
    isSessionFolder: (folder) => copies.isOwnFolder(folder),
    userEnv: base.userEnv,
    clock,
    log,
    failpoint,
    onRejected: (sessionId, left) => alarms.rejected(sessionId, left),
    announce: (update) => {
      announce(update);
      if (update.type === "changes") sessionChanged.emit(update.sessionId);
    },
  };
  const changes = new ChangesService(deps);
  const live = composeLive(base, workspace, { changes, toCount, ...programs });
  const commits = new CommitsService({ ...deps, describe: describeBy(base, programs.helper) });
  scope.add(() => commits.dispose());
  return { checkpoints, changes, counts, live, commits, alarms, asked };
}

type ForBaselines = { changeRows: ChangesRepository; toCount: Listeners<string> };
type ForCheckpoints = ForBaselines & { fileSets: FileSets; alarms: Alarms; baselines: Baselines };

function composeCheckpoints(
  base: Foundation,
  workspace: Workspace,
  { changeRows, fileSets, alarms, baselines, toCount }: ForCheckpoints,
) {
  const { store, clock, log, announce, failpoint } = base;
  const { sessions, copies, snapshots } = workspace;
  return new CheckpointsService({
    rows: new CheckpointRepository(store),
    snapshots,
    fileSets,
    copyOf: (sessionId) => refOf(workspace, sessionId),
    worktreeOf(sessionId, folder) {
      const session = sessionCopy(workspace, sessionId);
      return session && placeRef(session, { kind: "worktree", path: folder });
    },
    removedCopyOf: (sessionId) => removedRefOf(base, workspace, sessionId),
    baselineOf: (sessionId) => baselines.treeOf(sessionId),
    appliedSince: (sessionId, at) => changeRows.appliedSince(sessionId, at),
    lastRevisionOf: (sessionId) => copies.find(sessionId)?.revisionTree ?? null,
    clock,
    log,
    failpoint,
    announce: (sessionId) => announce({ type: "checkpoints", sessionId }),
    onRestored: (sessionId, tree, restored) => {
      sessions.setRevision(sessionId, tree);
      toCount.emit(sessionId);
      if (restored) alarms.restored(sessionId, { id: restored.id, createdAt: Date.parse(restored.createdAt) });
    },
  });
}

type ForLive = ForReview & { changes: ChangesService; toCount: Listeners<string> };

/** Watches the sessions that are in use, and hears of runs and of folders that come and go. */
function composeLive(
  base: Foundation,
  { copies, snapshots }: Workspace,
  { changes, toCount, quiet, tuiNews }: ForLive,
): LiveChanges {
  const { scope, clock, log, updates, sessionChanged } = base;
  const live = new LiveChanges({
    snapshots,
    copyOf: (sessionId) => {
      const copy = copies.find(sessionId);
      return copy?.state === "ready" && copy.baselineTree !== null ? copyRef(copy) : null;
    },
    recount: changes.recount,
    clock,
    log,
  });
  scope.add(() => live.dispose());
  const counting = new KeyedQueue();
  toCount.on((sessionId) => {
    const counted = counting.run("count", async () => scope.disposed || (await changes.recount(sessionId)) !== null);
    counted.catch((error: unknown) => log.error("changes.count", error, { sessionId }));
  });
  quiet.on((sessionId) => live.nudge(sessionId));
  // An agent is at work there, as in a run.
  tuiNews.on(({ terminalId, sessionId, agent }) => live.run(terminalId, agent.evidence.kind === "exit" ? null : sessionId));
  scope.add(sessionChanged.on((sessionId) => live.moved(sessionId)));
  scope.add(
    updates.on((update) => {
      if (update.type === "run") live.run(update.run.id, runHasEnded(update.run.status) ? null : update.run.sessionId);
      if (update.type === "removed" && update.noun === "session") live.removed(update.id);
    }),
  );
  return live;
}

/** Baselines that go where git brings the working copies. */
function composeBaselines(
  { git, clock, log }: Foundation,
  workspace: Workspace,
  { changeRows: store, toCount }: ForBaselines,
): Baselines {
  const { snapshots, copies } = workspace;
  return new Baselines({
    git,
    snapshots,
    log,
    find: (sessionId) => copies.findMeasured(sessionId),
    carry: (sessionId, copy, move) => carryReviews({ store, snapshots, clock }, sessionId, copy, move),
    followed(sessionId, gitBase, tree) {
      const isMove = copies.find(sessionId)?.baselineTree !== tree;
      copies.followGit(sessionId, gitBase, tree);
      if (isMove) toCount.emit(sessionId);
    },
    current: (sessionId) => sessionCopy(workspace, sessionId),
    set: (sessionId, tree) => copies.setBaseline(sessionId, tree),
  });
}

function refOf({ copies }: Workspace, sessionId: string) {
  const copy = copies.find(sessionId);
  return copy ? copyRef(copy) : null;
}

function removedRefOf({ rows }: Foundation, { projects }: Workspace, sessionId: string): CopyRef | null {
  const session = rows.sessions.findRemoved(sessionId);
  const project = session && projects.find(session.projectId);
  return project && { projectId: project.id, projectPath: project.path, copyId: "checkout", path: project.path };
}

function sessionCopy({ copies }: Workspace, sessionId: string): SessionCopy | null {
  const copy = copies.find(sessionId);
  // One that is missing is known all the same: who looks into it says so.
  if (!copy || copy.baselineTree === null || (copy.state !== "ready" && copy.state !== "missing")) return null;
  const ref = copyRef(copy);
  const checkout = copy.kind === "in-place" ? ref : { ...ref, copyId: "checkout", path: copy.projectPath };
  return {
    copy: ref,
    checkout,
    kind: copy.kind,
    baselineTree: copy.baselineTree,
    revisionTree: copy.revisionTree,
    projectId: copy.projectId,
  };
}
