import path from "node:path";
import type { AppUpdate } from "../../shared/contract/system.ts";
import { settingsFile, SettingsService } from "../settings/settings-service.ts";
import { GitProgram, withoutGitNames } from "../git/git.ts";
import { systemClock, type Clock } from "../lib/clock.ts";
import { ConfigFolder } from "../lib/config-folder.ts";
import { Listeners } from "../lib/listeners.ts";
import { FileLog, type Log } from "../lib/log.ts";
import { LoginShell } from "../lib/shell-env.ts";
import type { Scope } from "../lib/scope.ts";
import { RunFiles } from "../runs/run-files.ts";
import { RunRecords } from "../runs/run-records.ts";
import { ChatRepository } from "../store/chats.ts";
import { LayoutRepository } from "../store/layouts.ts";
import type { Store } from "../store/open.ts";
import { ProjectRepository } from "../store/projects.ts";
import { RunRepository } from "../store/runs.ts";
import { SessionRepository } from "../store/sessions.ts";
import { TokenRepository } from "../store/tokens.ts";
import { WorkingCopyRepository } from "../store/working-copies.ts";
import { Leases } from "../working-copies/leases.ts";
import type { CoreOptions } from "../core.ts";

/** For git's processes that are under way as the core closes; most take milliseconds. */
const gitGraceMs = 2000;

/** What everything else stands on: store, clock, log, git, settings and the announcements. */
export type Foundation = ReturnType<typeof composeFoundation>;

export function composeFoundation(options: CoreOptions, store: Store, scope: Scope) {
  const clock: Clock = options.clock ?? systemClock;
  const log: Log = new FileLog(path.join(options.dataDir, "logs"));
  const env = Object.fromEntries(
    Object.entries(options.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const updates = new Listeners<AppUpdate>((error) => log.error("app.listener", error));
  const announce = (update: AppUpdate): void => updates.emit(update);
  const sessionChanged = new Listeners<string>((error) => log.error("sessions.listener", error));
  const shell = new LoginShell(env);
  const git = new GitProgram({ program: options.gitProgram ?? "git", env });
  scope.add(() => git.close(gitGraceMs));
  /** Told that what is wrong in the person's files isn't what it was. */
  const problemsChanged = new Listeners<null>((error) => log.error("problems.listener", error));
  const configFolder = new ConfigFolder({
    folder: options.configDir,
    clock,
    onError: (error) => log.error("config.watch", error),
  });
  scope.add(() => configFolder.dispose());
  const settings = new SettingsService({
    configDir: options.configDir,
    announce: (changed) => announce({ type: "settings", settings: changed }),
    onProblems: () => problemsChanged.emit(null),
  });
  configFolder.on(settingsFile, () => settings.reload());
  scope.add(store.notSaved.on(({ what, error }) => log.error(`store.${what}`, error)));
  const runs = new RunRepository(store);
  return {
    options,
    store,
    scope,
    clock,
    log,
    env,
    updates,
    announce,
    /** Told a session whose row shows something new. */
    sessionChanged,
    /** What came of settling an earlier core's work, in words for the person. */
    notices: [] as string[],
    leases: new Leases({ log }),
    runRecords: new RunRecords({ store, runs, clock, log }),
    runFiles: new RunFiles({ dataDir: options.dataDir, log }),
    failpoint: options.failpoint ?? (() => {}),
    git,
    shell,
    /** The environment of the person's own git, with the programs that their shell finds. */
    userEnv: gitEnvironmentOf(shell),
    configFolder,
    problemsChanged,
    settings,
    rows: {
      projects: new ProjectRepository(store),
      sessions: new SessionRepository(store),
      copies: new WorkingCopyRepository(store),
      chats: new ChatRepository(store),
      layouts: new LayoutRepository(store),
      runs,
    },
    tokens: new TokenRepository(store, () => clock.now()),
  };
}

function gitEnvironmentOf(shell: LoginShell): () => Promise<Record<string, string>> {
  return async () => withoutGitNames((await shell.get()).env);
}
