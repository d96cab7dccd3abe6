import type { Failure } from "../../shared/errors.ts";
import type { Result } from "../../shared/result.ts";

const maxKnown = 10_000;

/** Paths of a working copy that git is known to ignore, so that it is asked about each once. Until `clear`. */
export class IgnoredPaths {
  readonly #ask: (paths: readonly string[]) => Promise<Result<string[], Failure>>;
  readonly #known = new Set<string>();

  constructor(ask: (paths: readonly string[]) => Promise<Result<string[], Failure>>) {
    this.#ask = ask;
  }

  /** Whether this, or a folder that it is in, is known to be ignored. */
  has(path: string): boolean {
    for (let end = path.length; end > 0; end = path.lastIndexOf("/", end - 1))
      if (this.#known.has(path.slice(0, end))) return true;
    return false;
  }

  async leaveOut(paths: readonly string[]): Promise<string[]> {
    const asked = paths.filter((path) => !this.has(path));
    if (asked.length === 0) return [];
    const ignored = await this.#ask(asked);
    // Not knowing costs a look too many.
    if (!ignored.ok) return asked;
    if (this.#known.size + ignored.value.length > maxKnown) this.#known.clear();
    for (const path of ignored.value) this.#known.add(path);
    return asked.filter((path) => !this.has(path));
  }

  clear(): void {
    this.#known.clear();
  }
}
