import { mkdirSync } from "node:fs";
import { rm } from "node:fs/promises";
import path from "node:path";
import type { AgentInstall } from "../../../shared/contract/agent-parts.ts";
import { failure } from "../../../shared/errors.ts";
import { ok, type Result } from "../../../shared/result.ts";
import { folderSize } from "../../lib/folder-size.ts";
import { isInside } from "../../lib/inside.ts";
import { KeyedQueue } from "../../lib/keyed-queue.ts";
import type { AgentDefinition } from "../definition.ts";
import { InstallFolder } from "./install-folder.ts";
import { lacksRoom } from "./checks.ts";
import { describeInstall, targetOf, updateOf } from "./install-view.ts";
import { fetchPackages, lookUp, type NpmDeps } from "./fetch-packages.ts";
import type { InstallFailure } from "./npm-failure.ts";
import type { Managed, NpmPin } from "./pins.ts";
import { Sweeper, type SweeperDeps } from "./sweeper.ts";
import { SizeWatch } from "./watch-size.ts";

export type InstallsDeps = NpmDeps &
  Omit<SweeperDeps, "queue"> & {
    /** Somebody would see something else of an agent that is installed so. */
    onChange(): void;
  };

/** What is installed, as a person knows it: an agent, or a part of Hearth's own. */
export type Definition = Pick<AgentDefinition, "label" | "programs"> & { managed: Managed };
type Going = { bytes: number; stop: AbortController; done: Promise<Result<null, InstallFailure>> };

/**
 * The agents that Hearth installed, by their package: put there, brought up to date and taken away on request alone.
 * Nothing counts before it is whole and is what was pinned; nothing goes that a child runs from. Ends with its scope.
 */
export class Installs {
  readonly #deps: InstallsDeps;
  readonly #queue = new KeyedQueue();
  readonly #going = new Map<string, Going>();
  /** What the registry was seen to have, newer than the pin. */
  readonly #offers = new Map<string, readonly NpmPin[]>();
  readonly #problems = new Map<string, string>();
  readonly #sweeper: Sweeper;

  constructor(deps: InstallsDeps) {
    this.#deps = deps;
    this.#sweeper = new Sweeper({ ...deps, queue: this.#queue });
    mkdirSync(deps.root, { recursive: true, mode: 0o700 });
    deps.scope.add(async () => {
      for (const { stop } of this.#going.values()) stop.abort();
      await Promise.allSettled([...this.#going.values()].map(({ done }) => done));
    });
  }

  /** The folder of its programs; null where it isn't installed. */
  binOf(managed: Managed | null): string | null {
    return managed && (this.#folderOf(managed).current()?.bin ?? null);
  }

  /** `program`: what is used as the agent at the moment. */
  viewOf({ managed }: Pick<AgentDefinition, "managed">, program: string | null): AgentInstall | null {
    if (!managed) return null;
    const name = nameOf(managed);
    return describeInstall({
      managed,
      installed: this.#folderOf(managed).current(),
      offered: this.#offers.get(name),
      program,
      goingBytes: this.#going.get(name)?.bytes ?? null,
      problem: this.#problems.get(name) ?? null,
    });
  }

  /** Whether a program is the one that is installed. */
  isFrom(managed: Managed, program: string | null): boolean {
    const bin = this.binOf(managed);
    return bin !== null && program !== null && isInside(program, bin);
  }

  /** What is pinned, or a newer version that is known; nothing where that is there. Whoever asks meanwhile waits with. That it was stopped is no failure. */
  install(definition: Definition): Promise<Result<null, InstallFailure>> {
    const { managed } = definition;
    const name = nameOf(managed);
    const going = this.#going.get(name);
    if (going) return going.done;
    const installed = this.#folderOf(managed).current();
    if (installed && updateOf(managed, this.#offers.get(name), installed) === null) return Promise.resolve(ok(null));
    const stop = new AbortController();
    const done = this.#queue
      .run(name, () => this.#install(definition, stop.signal))
      .then((result) => {
        if (result.ok || stop.signal.aborted) return ok(null);
        this.#problems.set(name, result.error.message);
        return result;
      })
      .finally(() => this.#going.delete(name));
    this.#going.set(name, { bytes: 0, stop, done });
    this.#problems.delete(name);
    this.#deps.onChange();
    return done.finally(() => this.#deps.onChange());
  }

  /** Nothing of an install that goes on is kept. Resolves when it has ended. */
  async stop(managed: Managed): Promise<void> {
    const going = this.#going.get(nameOf(managed));
    going?.stop.abort();
    await going?.done;
  }

  /** Asks the registry whether there is a newer version than what is there. */
  lookForUpdate({ label, managed }: Definition): Promise<Result<null, InstallFailure>> {
    const name = nameOf(managed);
    return this.#queue.run(name, async () => {
      const folder = this.#folderOf(managed).begin();
      try {
        const { packages, leavesOptional = false } = managed;
        const { signal } = this.#deps.scope;
        const seen = await lookUp(this.#deps, { label, folder, packages, leavesOptional, signal });
        if (!seen.ok) return seen;
        this.#offers.set(name, seen.value);
        this.#deps.onChange();
        return ok(null);
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    });
  }

  /** It counts no more at once; its room comes free when nobody runs it any more. */
  async remove(managed: Managed): Promise<void> {
    await this.stop(managed);
    this.#folderOf(managed).forget();
    this.#problems.delete(nameOf(managed));
    this.#deps.onChange();
  }

  /** At once, as far as nobody runs it. */
  sweep(): Promise<void> {
    return this.#sweeper.now();
  }

  async #install({ label, programs, managed }: Definition, signal: AbortSignal): Promise<Result<null, InstallFailure>> {
    const { clock, log } = this.#deps;
    const room = await lacksRoom(this.#deps.root, managed);
    if (room) return room;
    const place = this.#folderOf(managed);
    const folder = place.begin();
    const measure = (): Promise<number> => folderSize(path.join(folder, "node_modules"), signal);
    const watch = new SizeWatch({ clock, measure, tell: (bytes) => this.#tellProgress(managed, bytes) });
    const packages = targetOf(managed, this.#offers.get(nameOf(managed)));
    const { leavesOptional = false } = managed;
    try {
      const fetched = await fetchPackages(this.#deps, { label, folder, packages, leavesOptional, programs, signal });
      if (!fetched.ok) return fetched;
      const bytes = await measure();
      if (signal.aborted) return failure("AGENT_INSTALL_FAILED", "It was stopped");
      const pinned = packages.map(({ name, version, integrity }) => ({ name, version, integrity }));
      place.commit(folder, pinned, bytes);
      log.info("agent.installed", { package: nameOf(managed), version: pinned[0]?.version });
      // Who looked for it just before may be about to start the one before.
      this.#sweeper.later();
      return ok(null);
    } finally {
      watch.end();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  #tellProgress(managed: Managed, bytes: number): void {
    const going = this.#going.get(nameOf(managed));
    if (!going) return;
    going.bytes = bytes;
    this.#deps.onChange();
  }

  #folderOf(managed: Managed): InstallFolder {
    return new InstallFolder(this.#deps.root, nameOf(managed));
  }
}

function nameOf({ packages }: Managed): string {
  return packages[0].name;
}
