import { fail, ok, type Result } from "../shared/result.ts";
import { createFoundation } from "./compose/foundation.ts";
import { compose } from "./compose/compose.ts";
import { checkGit, type GitRefusal } from "./git/version.ts";
import type { Clock } from "./lib/clock.ts";
import type { Log } from "./lib/log.ts";
import { Scope } from "./lib/scope.ts";
import { createRouter, type Router } from "./rpc/router.ts";
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
  /** The practice agent's entry file, and how to run it where that isn't this Node. */
  programs: { practiceAgent: string };
  /** What this program was started with; agents and shells get the login shell's instead. */
  env: NodeJS.ProcessEnv;
  clock?: Clock;
  gitProgram?: string;
  /** Called at labelled steps; tests end the process there. */
  failpoint?: (label: string) => void;
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
  const opened = openStore(options.dataDir, (options.clock ?? { now: Date.now }).now());
  if (!opened.ok) return opened;
  const store = opened.value;
  scope.add(() => store.close());
  try {
    const foundation = createFoundation(options, store, scope);
    const git = await checkGit(foundation.git, options.dataDir);
    if (!git.ok) {
      await scope.dispose();
      return fail(git.error);
    }
    const services = await compose(foundation, git.value);
    foundation.log.info("core.open", { version: options.version, pid: process.pid });
    return ok({ router: createRouter(services), tokens: foundation.tokens, log: foundation.log, dispose: () => scope.dispose() });
  } catch (error) {
    await scope.dispose();
    throw error;
  }
}
