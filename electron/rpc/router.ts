import { implement, withEventMeta } from "@orpc/server";
import { contract } from "../../shared/contract/contract.ts";
import type { RunEvent } from "../../shared/run-event.ts";
import { listModels } from "../agents/capabilities.ts";
import { answer } from "./answer.ts";
import type { AppUpdate } from "../../shared/contract/system.ts";
import type { CursoredUpdate } from "../system/app-feed.ts";
import type { Services } from "./services.ts";
import { StoreNotFree } from "./store-not-free.ts";

export type Router = ReturnType<typeof createRouter>;

/** What changes nothing in the store, or must go on while another process holds it. */
const unstored = new Set([
  ...[
    "agents.addHook",
    "agents.choose",
    "agents.diagnostic",
    "agents.install",
    "agents.lookForUpdate",
    "agents.patchConfig",
    "agents.prove",
    "agents.refresh",
    "agents.removeHook",
    "agents.removeKey",
    "agents.setKey",
    "agents.signIn",
    "agents.stopInstall",
    "agents.stopSignIn",
    "agents.try",
    "agents.uninstall",
    "changes.stopCommit",
    "embedded.installEngine",
    "embedded.load",
    "embedded.removeEngine",
    "embedded.stopInstall",
    "embedded.unload",
    "mcp.approve",
    "mcp.check",
    "mcp.import",
    "mcp.remove",
    "mcp.save",
    "mcp.withdraw",
    "models.look",
    "models.test",
    "runs.cancel",
    "settings.patch",
  ],
  ...["terminals.acknowledge", "terminals.fit", "terminals.resize", "terminals.ticket", "terminals.write"],
]);

async function beforeAnything(storeFree: () => Promise<void>): Promise<void> {
  try {
    await storeFree();
  } catch (error) {
    throw new StoreNotFree(error);
  }
}

/**
 * The contract joined to the services, a line a verb. What writes waits for `storeFree` before it does anything, so that
 * nothing has to be done twice.
 */
export function createRouter(s: Services, storeFree: () => Promise<void>) {
  const os = implement(contract)
    // Outputs are made by typed code of ours; validating every event of a stream again would cost more than the stream.
    .$config({ initialOutputValidationIndex: Number.NaN })
    .use(async ({ next, path, procedure }) => {
      if (procedure["~orpc"].route.method !== "GET" && !unstored.has(path.join("."))) await beforeAnything(storeFree);
      return next();
    });

  return os.router({
    agents: {
      models: os.agents.models.handler(() => listModels(s.agents.list())),
      capabilities: os.agents.capabilities.handler(() => s.agents.capabilities()),
      list: os.agents.list.handler(() => s.agents.list()),
      config: os.agents.config.handler(() => s.agents.config()),
      patchConfig: os.agents.patchConfig.handler(({ input }) => answer(s.agents.patchConfig(input.agents))),
      refresh: os.agents.refresh.handler(({ input }) => answer(s.agents.refresh(input.ids, { handshake: input.handshake }))),
      signIn: os.agents.signIn.handler(({ input }) => answer(s.agents.signIns.begin(input.id, input.methodId, input.sessionId))),
      stopSignIn: os.agents.stopSignIn.handler(({ input }) => answer(s.agents.signIns.stop(input.id))),
      try: os.agents.try.handler(({ input, signal }) => answer(s.agents.try(input.entry, signal))),
      prove: os.agents.prove.handler(({ input, signal }) => answer(s.agents.prove(input, signal))),
      commands: os.agents.commands.handler(({ input }) => answer(s.agents.commands(input.id, input.chatId))),
      choose: os.agents.choose.handler(({ input }) => answer(s.agents.choose(input.id, input))),
      setKey: os.agents.setKey.handler(({ input }) => answer(s.agents.keyed.set(input.id, input.name, input.value))),
      removeKey: os.agents.removeKey.handler(({ input }) => answer(s.agents.keyed.remove(input.id, input.name))),
      install: os.agents.install.handler(({ input }) => answer(s.agents.managed.install(input.id))),
      stopInstall: os.agents.stopInstall.handler(({ input }) => answer(s.agents.managed.stop(input.id))),
      lookForUpdate: os.agents.lookForUpdate.handler(({ input }) => answer(s.agents.managed.lookForUpdate(input.id))),
      uninstall: os.agents.uninstall.handler(({ input }) => answer(s.agents.managed.remove(input.id))),
      hook: os.agents.hook.handler(({ input }) => answer(s.agents.tuis.hooks.view(input.id))),
      addHook: os.agents.addHook.handler(({ input }) => answer(s.agents.tuis.hooks.add(input.id, input.hash))),
      removeHook: os.agents.removeHook.handler(({ input }) => answer(s.agents.tuis.hooks.remove(input.id, input.hash))),
      diagnostic: os.agents.diagnostic.handler(({ input }) => answer(s.agents.diagnostic(input.id))),
    },
    changes: {
      list: os.changes.list.handler(({ input }) => answer(s.changes.list(input.id, input))),
      watch: os.changes.watch.handler(async function* ({ input, signal }) {
        for await (const live of s.live.follow(input.id, signal)) yield { live };
      }),
      diff: os.changes.diff.handler(({ input }) => answer(s.changes.diff(input.id, input.path))),
      pictures: os.changes.pictures.handler(({ input }) => answer(s.changes.pictures(input.id, input.path))),
      approve: os.changes.approve.handler(({ input }) => answer(s.changes.approve(input.id, input))),
      reject: os.changes.reject.handler(({ input }) => answer(s.changes.reject(input.id, input))),
      apply: os.changes.apply.handler(({ input }) => answer(s.changes.apply(input.id, input))),
      places: os.changes.places.handler(({ input }) => answer(s.changes.places(input.id, input.query))),
      revert: os.changes.revert.handler(({ input }) => answer(s.changes.revert(input.id, input))),
      commit: os.changes.commit.handler(({ input }) => answer(s.commits.commit(input.id, input.message))),
      commitOutput: os.changes.commitOutput.handler(async function* ({ input, signal }) {
        for await (const text of s.commits.output(input.id, signal)) yield { text };
      }),
      stopCommit: os.changes.stopCommit.handler(({ input }) => s.commits.stop(input.id)),
      draftCommit: os.changes.draftCommit.handler(({ input, signal }) => answer(s.commits.draft(input.id, signal))),
      committable: os.changes.committable.handler(({ input }) => answer(s.commits.committable(input.id))),
    },
    chats: {
      create: os.chats.create.handler(({ input }) => answer(s.chats.create(input.sessionId, input.title))),
      fork: os.chats.fork.handler(({ input }) => answer(s.forks.fork(input.id, input.runId))),
      list: os.chats.list.handler(({ input }) => answer(s.chats.list(input.sessionId))),
      update: os.chats.update.handler(({ input }) => answer(s.chats.update(input.id, input))),
      summarize: os.chats.summarize.handler(({ input, signal }) => answer(s.summaries.write(input.id, signal))),
      handover: os.chats.handover.handler(({ input }) => answer(s.handovers.preview(input.id, input.agentId))),
      timeline: os.chats.timeline.handler(({ input }) =>
        answer(
          s.chatReader.timeline(
            input.id,
            input.limit,
            input.beforeRunId === undefined ? undefined : { runId: input.beforeRunId, seq: input.beforeSeq },
          ),
        ),
      ),
      watch: os.chats.watch.handler(async ({ input, signal }) => answer(s.chatReader.follow(input.id, input.after, signal))),
      getDraft: os.chats.getDraft.handler(({ input }) => answer(s.chats.getDraft(input.id))),
      saveDraft: os.chats.saveDraft.handler(({ input }) => answer(s.chats.saveDraft(input.id, input.blocks))),
      queueAdd: os.chats.queueAdd.handler(({ input }) => answer(s.queue.add(input.id, input))),
      queueUpdate: os.chats.queueUpdate.handler(({ input }) => answer(s.queue.update(input.id, input.itemId, input))),
      queueRemove: os.chats.queueRemove.handler(({ input }) => answer(s.queue.remove(input.id, input.itemId))),
      queueSendNow: os.chats.queueSendNow.handler(({ input }) => answer(s.queue.sendNow(input.id, input.itemId))),
      queueRelease: os.chats.queueRelease.handler(({ input }) => answer(s.queue.release(input.id))),
      agentSessions: os.chats.agentSessions.handler(({ input }) => answer(s.sessions.agentSessions(input.sessionId))),
    },
    checkpoints: {
      list: os.checkpoints.list.handler(({ input }) => answer(s.checkpoints.list(input.id))),
      create: os.checkpoints.create.handler(({ input }) => answer(s.checkpoints.create(input.id, input.label))),
      diff: os.checkpoints.diff.handler(({ input }) => answer(s.checkpoints.diff(input.id, input.toId))),
      restore: os.checkpoints.restore.handler(({ input }) =>
        answer(s.checkpoints.restore(input.id, { mode: input.mode, dryRun: input.dryRun })),
      ),
    },
    files: {
      search: os.files.search.handler(({ input }) => answer(s.files.search(input.sessionId, input.query, input.limit))),
      kinds: os.files.kinds.handler(({ input }) => answer(s.files.kinds(input.sessionId, input.paths))),
      picture: os.files.picture.handler(({ input }) => answer(s.files.picture(input.sessionId, input.path))),
      read: os.files.read.handler(({ input }) => answer(s.files.read(input.sessionId, input.path))),
    },
    layout: {
      get: os.layout.get.handler(({ input }) => answer(s.layout.get(input.sessionId))),
      save: os.layout.save.handler(({ input }) => answer(s.layout.save(input.sessionId, input.document))),
    },
    mcp: {
      list: os.mcp.list.handler(() => s.mcp.list()),
      findOthers: os.mcp.findOthers.handler(({ input }) => s.mcpImports.find(input.projectId)),
      import: os.mcp.import.handler(({ input }) => answer(s.mcpImports.bring(input))),
      save: os.mcp.save.handler(({ input }) => answer(s.mcp.save(input.name, input.entry, input.replace))),
      remove: os.mcp.remove.handler(({ input }) => answer(s.mcp.remove(input.name))),
      approve: os.mcp.approve.handler(({ input }) => answer(s.mcp.approve(input.name, input.hash, input.toolsHash))),
      withdraw: os.mcp.withdraw.handler(({ input }) => answer(s.mcp.withdraw(input.name))),
      switch: os.mcp.switch.handler(({ input }) => answer(s.mcp.switch(input.name, input.scope, input.id, input.on))),
      check: os.mcp.check.handler(({ input, signal }) => answer(s.mcp.check(input.name, signal ?? never))),
    },
    embedded: {
      get: os.embedded.get.handler(() => s.embedded.get()),
      installEngine: os.embedded.installEngine.handler(() => answer(s.embedded.installEngine())),
      stopInstall: os.embedded.stopInstall.handler(() => s.embedded.stopInstall()),
      removeEngine: os.embedded.removeEngine.handler(() => s.embedded.removeEngine()),
      add: os.embedded.add.handler(({ input, signal }) => answer(s.embedded.add(input, signal ?? never))),
      update: os.embedded.update.handler(({ input, signal }) => answer(s.embedded.update(input.id, input, signal ?? never))),
      remove: os.embedded.remove.handler(({ input }) => answer(s.embedded.remove(input.id))),
      load: os.embedded.load.handler(({ input }) => answer(s.embedded.load(input.id, input.anyway ?? false))),
      unload: os.embedded.unload.handler(({ input }) => answer(s.embedded.unload(input.id))),
    },
    models: {
      list: os.models.list.handler(() => s.models.list()),
      look: os.models.look.handler(() => s.models.lookAgain()),
      addEndpoint: os.models.addEndpoint.handler(({ input }) => answer(s.models.addEndpoint(input))),
      updateEndpoint: os.models.updateEndpoint.handler(({ input }) => answer(s.models.updateEndpoint(input.id, input))),
      removeEndpoint: os.models.removeEndpoint.handler(({ input }) => answer(s.models.removeEndpoint(input.id))),
      updateModel: os.models.updateModel.handler(({ input }) => answer(s.models.updateModel(input.id, input))),
      test: os.models.test.handler(({ input, signal }) => answer(s.models.test(input.id, signal ?? never))),
    },
    permissions: {
      inbox: os.permissions.inbox.handler(() => s.permissions.inbox()),
      answer: os.permissions.answer.handler(({ input }) => answer(s.permissions.answer(input.id, { ...input, by: "person" }))),
      answerQuestion: os.permissions.answerQuestion.handler(({ input }) =>
        answer(s.permissions.answerQuestion(input.id, input.content, "person")),
      ),
      dismissAlarm: os.permissions.dismissAlarm.handler(({ input }) => answer(s.alarms.dismiss(input.id))),
      rules: os.permissions.rules.handler(({ input }) => s.rules.list(input.projectId ?? null)),
      addRule: os.permissions.addRule.handler(({ input }) => answer(s.rules.add(input))),
      updateRule: os.permissions.updateRule.handler(({ input }) => answer(s.rules.update(input.id, input.minutes))),
      history: os.permissions.history.handler(({ input }) => s.permissions.history(input)),
      removeRule: os.permissions.removeRule.handler(({ input }) => answer(s.rules.remove(input.id), { removed: true as const })),
    },
    projects: {
      add: os.projects.add.handler(({ input }) => answer(s.projects.add(input.path))),
      list: os.projects.list.handler(() => s.projects.list()),
      get: os.projects.get.handler(({ input }) => answer(s.projects.get(input.id))),
      remove: os.projects.remove.handler(({ input }) => answer(s.projects.remove(input.id))),
      rename: os.projects.rename.handler(({ input }) => answer(s.projects.rename(input.id, input.name))),
      locate: os.projects.locate.handler(({ input }) => answer(s.projects.locate(input.id, input.path))),
      trustReport: os.projects.trustReport.handler(({ input }) => answer(s.projects.trustReport(input.id))),
      trust: os.projects.trust.handler(({ input }) => answer(s.projects.trust(input.id, input.contentHash))),
      distrust: os.projects.distrust.handler(({ input }) => answer(s.projects.distrust(input.id))),
      browse: os.projects.browse.handler(({ input }) => answer(s.projects.browse(input.path))),
      bases: os.projects.bases.handler(({ input }) => answer(s.projects.bases(input.id, input.query))),
      base: os.projects.base.handler(({ input }) => answer(s.projects.base(input.id, input.ref))),
      fetchBase: os.projects.fetchBase.handler(({ input }) => answer(s.projects.fetchBase(input.id, input.ref))),
    },
    runs: {
      create: os.runs.create.handler(({ input }) => answer(s.runs.create(input))),
      list: os.runs.list.handler(({ input }) => answer(s.runs.list(input.chatId, input.limit))),
      get: os.runs.get.handler(({ input }) => answer(s.runs.get(input.id))),
      stream: os.runs.stream.handler(async ({ input, lastEventId, signal }) => {
        await answer(s.runs.get(input.id));
        return numbered(s.runs.follow(input.id, startOf(lastEventId, input.after), signal), (event) => event.seq);
      }),
      cancel: os.runs.cancel.handler(({ input }) => answer(s.runs.cancel(input.id))),
      resume: os.runs.resume.handler(({ input }) => answer(s.runs.resume(input.id))),
    },
    sessions: {
      create: os.sessions.create.handler(({ input }) => answer(s.sessions.create(input))),
      oneShot: os.sessions.oneShot.handler(({ input, signal }) => answer(s.oneShots.open(input, signal ?? never))),
      list: os.sessions.list.handler(({ input }) => answer(s.sessions.list(input.projectId, input))),
      get: os.sessions.get.handler(({ input }) => answer(s.sessions.look(input.id))),
      stream: os.sessions.stream.handler(async ({ input, lastEventId, signal }) => {
        await answer(s.sessions.get(input.id));
        return numbered(s.runs.followSession(input.id, startOf(lastEventId, input.after), signal), (event) => event.cursor);
      }),
      update: os.sessions.update.handler(({ input }) => answer(s.sessions.update(input.id, input))),
      remove: os.sessions.remove.handler(({ input }) => answer(s.sessionRemoval.remove(input.id, input.force))),
      listRemoved: os.sessions.listRemoved.handler(({ input }) => answer(s.sessions.listRemoved(input.projectId))),
      bringBack: os.sessions.bringBack.handler(({ input }) => answer(s.sessions.bringBack(input.id))),
      recreate: os.sessions.recreate.handler(({ input }) => answer(s.sessions.recreate(input.id))),
    },
    settings: {
      get: os.settings.get.handler(() => s.settings.get()),
      patch: os.settings.patch.handler(({ input }) => answer(s.settings.patch(input))),
    },
    storage: {
      report: os.storage.report.handler(({ signal }) => s.storage.report(signal)),
      free: os.storage.free.handler(({ input }) => answer(s.storage.free(input))),
    },
    system: {
      health: os.system.health.handler(() => ({ status: "ok" as const })),
      info: os.system.info.handler(() => s.system.info()),
      processes: os.system.processes.handler(() => s.system.processes()),
      endProcess: os.system.endProcess.handler(({ input }) => answer(s.system.endProcess(input.pid))),
      sandbox: os.system.sandbox.handler(() => s.sandbox.state()),
      watch: os.system.watch.handler(async ({ input, lastEventId, signal }) =>
        cursored(await answer(s.system.follow(lastEventId ?? input?.after, signal))),
      ),
    },
    terminals: {
      open: os.terminals.open.handler(({ input }) => answer(s.terminals.open(input.sessionId, input))),
      openAgent: os.terminals.openAgent.handler(({ input }) => answer(s.tuis.open(input))),
      list: os.terminals.list.handler(({ input }) => answer(s.terminals.list(input.sessionId))),
      ticket: os.terminals.ticket.handler(({ input }) => answer(s.terminals.ticket(input.id))),
      attach: os.terminals.attach.handler(({ input, signal }) =>
        answer(s.terminals.attach(input.id, input.ticket, signal ?? never, { begins: true })),
      ),
      write: os.terminals.write.handler(({ input }) =>
        answer(s.terminals.write(input.id, input.data, input.ticket), { ok: true as const }),
      ),
      acknowledge: os.terminals.acknowledge.handler(({ input }) =>
        answer(s.terminals.acknowledge(input.id, input.ticket, input.chars), { ok: true as const }),
      ),
      resize: os.terminals.resize.handler(({ input }) => answer(s.terminals.resize(input.id, input))),
      fit: os.terminals.fit.handler(({ input }) => answer(s.terminals.fit(input.id, input), { ok: true as const })),
      close: os.terminals.close.handler(({ input }) => answer(s.terminals.close(input.id), { closed: true as const })),
    },
  });
}

/** Each event under a number of its own, from which a reader goes on after a break. */
async function* numbered(events: AsyncIterable<RunEvent>, numberOf: (event: RunEvent) => number): AsyncGenerator<RunEvent> {
  for await (const event of events) yield withEventMeta(event, { id: String(numberOf(event)) });
}

async function* cursored(updates: AsyncIterable<CursoredUpdate>): AsyncGenerator<AppUpdate> {
  for await (const { cursor, update } of updates) yield withEventMeta(update, { id: cursor });
}

/** For callers in this process that never go away. */
const never = new AbortController().signal;

/** `Last-Event-ID` is what a client saw last, and wins; what isn't a number counts as nothing seen. */
function startOf(lastEventId: string | undefined, after: number | undefined): number {
  const seen = lastEventId !== undefined && /^\d+$/.test(lastEventId) ? Number(lastEventId) : undefined;
  return seen ?? after ?? 0;
}
