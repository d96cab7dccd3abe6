import { fail, ok, type Result } from "../shared/result.ts";
import { composeFoundation, type Foundation } from "./compose/foundation.ts";
import { composeServices } from "./compose/services.ts";
import { composeWork, type Work } from "./compose/work.ts";
import { composeWorkspace, type Workspace } from "./compose/workspace.ts";
import { checkGit, type GitRefusal } from "./git/version.ts";
import { systemClock, type Clock } from "./lib/clock.ts";
import type { Log } from "./lib/log.ts";
import type { Vault } from "./lib/vault.ts";
import { Scope } from "./lib/scope.ts";
import type { Services } from "./rpc/services.ts";
import { createRouter, type Router } from "./rpc/router.ts";
import { attributeInterrupted, interruptOpenRuns } from "./runs/recovery.ts";
import { openStore, type OpenFailure } from "./store/open.ts";
import type { Tokens } from "./store/tokens.ts";

/**
 * The core: everything but windows and servers. It owns the data folder, the agents, the terminals and all work that
 * goes on, from `openCore` until `dispose`.
 */
export type CoreOptions = {
  dataDir: string;
  configDir: string;
  host: "desktop" | "serve";
  version: string;
  programs: OwnPrograms;
  /** What this program was started with; agents and shells get the login shell's instead. */
  env: NodeJS.ProcessEnv;
  /** The desktop's keyring; without one, keys are kept until this core ends. */
  vault?: Vault;
  clock?: Clock;
  gitProgram?: string;
  /** Called at labelled steps; tests end the process there. */
  failpoint?: (label: string) => void;
};

/** Entry files of programs of Hearth's own: the practice agent, the plugin that opencode loads, the thread for sandboxes, what reads web pages, what holds a model. */
export type OwnPrograms = {
  practiceAgent: string;
  opencodePlugin: string;
  sandboxHost: string;
  pageReader: string;
  outliner: string;
  modelHost: string;
};

export type Core = {
  router: Router;
  tokens: Tokens;
  log: Log;
  dispose(): Promise<void>;
};

export type CoreFailure = OpenFailure | GitRefusal;

export async function openCore(options: CoreOptions): Promise<Result<Core, CoreFailure>> {
  const scope = new Scope();
  const opened = openStore(options.dataDir, (options.clock ?? systemClock).now(), options.clock);
  if (!opened.ok) return opened;
  const store = opened.value;
  scope.add(() => store.close());
  try {
    const foundation = composeFoundation(options, store, scope);
    const git = await checkGit(foundation.git, options.dataDir);
    if (!git.ok) {
      await scope.dispose();
      return fail(git.error);
    }
    const workspace = composeWorkspace(foundation);
    const work = composeWork(foundation, workspace);
    const services = composeServices(foundation, workspace, work, git.value);
    await recover(foundation, workspace, work, services);
    services.storage.start();
    foundation.log.info("core.open", { version: options.version, pid: process.pid });
    return ok({
      router: createRouter(services, () => store.whenFree()),
      tokens: foundation.tokens,
      log: foundation.log,
      dispose: () => scope.dispose(),
    });
  } catch (error) {
    await scope.dispose();
    throw error;
  }
}

/**
 * Settles what an earlier core left open, before anyone is let in: asks expire, runs are interrupted, applies and
 * restores are finished or taken back, children that outlived it are ended. What takes longer goes on behind.
 */
async function recover(base: Foundation, workspace: Workspace, work: Work, services: Services): Promise<void> {
  work.permissions.expireAllOpen();
  const interrupted = interruptOpenRuns({
    store: base.store,
    runs: base.rows.runs,
    files: base.runFiles,
    clock: base.clock,
    hold: (chatId) => workspace.chats.setHeld(chatId, true),
  });
  work.runs.takeUpPaused();
  work.queue.holdLeftOver();
  for (const { sessionId, outcome } of await work.changes.recover()) {
    const title = workspace.sessions.find(sessionId)?.title ?? "a session";
    base.notices.push(`Hearth ended while it wrote changes of "${title}" to the project's folder. ${outcomes[outcome]}`);
  }
  for (const { sessionId, result } of await work.checkpoints.finishRestores()) {
    const title = workspace.sessions.find(sessionId)?.title ?? "a session";
    base.notices.push(
      result.ok
        ? `Restoring a checkpoint of "${title}" was cut off when Hearth ended, and is finished now.`
        : `Restoring a checkpoint of "${title}" was cut off when Hearth ended: ${result.error.message} What was there before is in the checkpoint "before restore".`,
    );
  }
  const gone = await workspace.copies.reconcile();
  services.sessions.forget(gone);
  // What is on record now are an earlier core's children; those of this one come after.
  const ended = work.orphans.endAll();
  // A child that outlived its core may be writing still, and what it changed isn't attributed yet: runs wait for both.
  const leases = [...new Set(interrupted.map((run) => run.workingCopyId))].map((id) =>
    base.leases.take(id, workspace.copies.findById(id)?.path ?? null),
  );
  const setRevision = (sessionId: string, tree: string): void => workspace.sessions.setRevision(sessionId, tree);
  const attributed = ended
    .then(() =>
      attributeInterrupted(
        { ...work, wasSent: (id) => base.rows.runs.wasSent(id), setRevision, signal: base.scope.signal },
        interrupted,
      ),
    )
    .finally(() => leases.forEach((end) => end?.()));
  const started = ended.then(() => Promise.all([work.agents.start(), work.sweepEngine()]));
  const behind = Promise.all([attributed, started]).catch((error: unknown) => base.log.error("core.recover", error));
  base.scope.add(async () => void (await behind));
}

const outcomes = {
  done: "They are all there now.",
  undone: "They were taken back, but for files that someone changed since.",
  left: 'They could not be finished or taken back: something else is in these files now. The checkpoint "before apply" has what was there.',
};
