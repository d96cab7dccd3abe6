import type { Clock } from "../../lib/clock.ts";
import type { KeyedQueue } from "../../lib/keyed-queue.ts";
import type { Log } from "../../lib/log.ts";
import type { Scope } from "../../lib/scope.ts";
import { holdsOneOf, InstallFolder, packagesIn } from "./install-folder.ts";

export type SweeperDeps = {
  /** The folder of all that is installed. */
  root: string;
  clock: Clock;
  log: Log;
  scope: Scope;
  /** The programs that agents' children were started from. */
  programsInUse(): string[];
  /** By the package's name: nothing is swept that is being installed. */
  queue: KeyedQueue;
};

const againMs = 60_000;

/**
 * Deletes what doesn't count: rests of an install that was cut off, and versions that nobody runs any more. Looks again
 * as long as something is left. Ends with its scope.
 */
export class Sweeper {
  readonly #deps: SweeperDeps;
  #takeBack: (() => void) | null = null;

  constructor(deps: SweeperDeps) {
    this.#deps = deps;
    deps.scope.add(() => this.#forgetPlan());
  }

  async now(): Promise<void> {
    this.#forgetPlan();
    const { root, queue } = this.#deps;
    let isLeft = false;
    for (const name of packagesIn(root)) {
      const isInUse = (folder: string): boolean => holdsOneOf(folder, this.#deps.programsInUse());
      // What is being installed now may take minutes.
      if (queue.busy(name) || (await queue.run(name, () => new InstallFolder(root, name).sweep(isInUse)))) isLeft = true;
    }
    if (isLeft) this.later();
  }

  later(): void {
    const { clock, log, scope } = this.#deps;
    if (scope.disposed) return;
    this.#takeBack ??= clock.after(againMs, () => {
      this.#takeBack = null;
      this.now().catch((error: unknown) => log.error("agent.install.sweep", error));
    });
  }

  #forgetPlan(): void {
    this.#takeBack?.();
    this.#takeBack = null;
  }
}
