import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Look } from "../lib/look.ts";
import type { ManyFiles, Replaced, Staged } from "../lib/many-files.ts";
import { temporaryPrefix } from "../lib/write-file.ts";
import type { CopyRef, SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { JournalEntry } from "../store/journal-entry.ts";
import { readSeen, sideOf, type Root, type Seen } from "./content.ts";
import { isTornHere, readHalfWritten } from "./half-written.ts";
import { sameVersion } from "./three-way.ts";

/** One entry to write; `at`: which one of its set it is. */
export type Step = JournalEntry & { at: number };

/** A step that came to nothing, and why. */
export type Refused = { path: string; error: Failure };

/** `reached`: steps that may have been written; all of them unless a refusal ended it. */
export type Outcome = { changed: string[]; refused: Refused[]; reached: number };

export type WriteRules = {
  /** A set that may be half written: what is as it should be is done already. */
  again: boolean;
  /** After a crash, that may have been a power cut: what is torn is ours to write. */
  torn: boolean;
  /** What was seen at the paths before, of which each is looked at again as it is written. */
  seen: ReadonlyMap<string, Seen>;
  /** Contents that `readAhead` has begun to read; null where none are. */
  ahead: Contents | null;
  /** What a file is told that is neither as it was nor as it should be. */
  changed: (path: string) => Failure;
  /** Whether the others are written all the same. */
  goesOn: (error: Failure) => boolean;
};

type Deps = { snapshots: Pick<SnapshotStore, "readBlobs" | "streamBlob">; failpoint: (label: string) => void };

/** So many files, and bytes of them, are ready before the first takes its place. A larger one goes by itself, part by part. */
const maxTogether = 256;
const maxTogetherBytes = 16 * 1024 * 1024;

export type Contents = ReturnType<SnapshotStore["readBlobs"]>;
type Blobs = { snapshots: Pick<SnapshotStore, "readBlobs"> };

/** What was staged for a step; null where there is nothing to do. */
type Ready = { step: Step; seen: Seen; staged: Staged | null };

/**
 * Writes steps in their order, in groups: the files of a group are written beside their places, then
 * each takes its place, if what is there is still what was looked at. What goes away and what comes are never in one
 * group: a file may come where a folder was.
 */
export class SetWriter {
  readonly #deps: Deps;
  readonly #root: CopyRef & Root;
  readonly #set: { id: string; kind: string };
  readonly #rules: WriteRules;
  readonly #outcome: Outcome = { changed: [], refused: [], reached: 0 };
  #stopped = false;
  /** Contents of the group that is written next. */
  #ahead: Contents | null;

  constructor(deps: Deps, root: CopyRef & Root, set: { id: string; kind: string }, rules: WriteRules) {
    this.#deps = deps;
    this.#root = root;
    this.#set = set;
    this.#rules = rules;
    this.#ahead = rules.ahead;
  }

  /** Paths that were written so far. */
  get changed(): readonly string[] {
    return this.#outcome.changed;
  }

  async write(steps: readonly Step[]): Promise<Result<Outcome, Failure>> {
    try {
      while (this.#outcome.reached < steps.length && !this.#stopped) {
        const group = groupAt(steps, this.#outcome.reached);
        const written = isRemoval(group) ? ok(await this.#remove(group)) : await this.#bring(steps, group);
        if (!written.ok) return written;
        this.#outcome.reached += written.value;
      }
      return ok(this.#outcome);
    } finally {
      await Promise.allSettled([this.#ahead]);
    }
  }

  async #remove(group: readonly Step[]): Promise<number> {
    for (const step of group) {
      this.#deps.failpoint(`${this.#set.kind}:${step.at}`);
      const seen = await this.#seen(step);
      const isDone = seen.ok && this.#isDone(step, seen.value);
      const { files } = this.#root;
      const remove = (look: Look): ReturnType<ManyFiles["remove"]> => files.remove(step.path, look);
      this.#note(step, seen.ok && !isDone ? await this.#replace(step, seen.value, remove) : seen);
      if (this.#stopped) break;
    }
    return group.length;
  }

  /** As many of the group as their contents hold together. Those of the next one are read while they are written. */
  async #bring(steps: readonly Step[], group: readonly Step[]): Promise<Result<number, Failure>> {
    const contents = await (this.#ahead ?? contentsOf(this.#deps, this.#root, group));
    this.#ahead = null;
    if (!contents.ok) return contents;
    const missing = group.findIndex(({ after }) => !contents.value.has(after?.oid ?? ""));
    const together = missing === -1 ? group : group.slice(0, Math.max(missing, 1));
    const next = groupAt(steps, this.#outcome.reached + together.length);
    if (next.length > 0 && !isRemoval(next)) this.#ahead = contentsOf(this.#deps, this.#root, next);
    const ready: Ready[] = [];
    for (const step of together) {
      const one = await this.#stage(step, contents.value);
      if (one.ok) ready.push(one.value);
      else this.#note(step, one);
      if (this.#stopped) break;
    }
    for (const one of ready) {
      if (this.#stopped) await this.#discard(one);
      else this.#note(one.step, await this.#put(one));
    }
    return ok(together.length);
  }

  async #stage(step: Step, contents: ReadonlyMap<string, Buffer>): Promise<Result<Ready, Failure>> {
    const seen = await this.#seen(step);
    if (!seen.ok) return seen;
    if (!step.after || this.#isDone(step, seen.value)) return ok({ step, seen: seen.value, staged: null });
    const { oid, mode } = step.after;
    const { files, noted } = this.#root;
    const name = stagedName(this.#set.id, step);
    const bytes = contents.get(oid);
    const staged =
      mode === "120000"
        ? await files.stageLink(step.path, name, bytes ?? Buffer.alloc(0))
        : await files.stage(step.path, name, {
            mode,
            permissions: noted.of(step.path),
            replaces: seen.value.look,
            source: bytes ?? ((take) => this.#deps.snapshots.streamBlob(this.#root, oid, take)),
          });
    return staged.ok ? ok({ step, seen: seen.value, staged: staged.value }) : staged;
  }

  async #put({ step, seen, staged }: Ready): Promise<Result<null, Failure>> {
    this.#deps.failpoint(`${this.#set.kind}:${step.at}`);
    if (!staged) return ok(null);
    const { files } = this.#root;
    // All that takes time is done before the last look.
    const ready = await files.ready(staged);
    const put = ready.ok ? await this.#replace(step, seen, (look) => files.put(staged, look)) : ready;
    if (!put.ok) await this.#discard({ step, seen, staged });
    return put;
  }

  /**
   * Replaces what was seen, if that is there still. Where its look alone can't tell, or something came between, what is
   * there is looked into right before: it may have the same content.
   */
  async #replace(
    step: Step,
    { look }: Seen,
    replace: (look: Look) => Promise<Result<Replaced, Failure>>,
  ): Promise<Result<null, Failure>> {
    if (!this.#root.names.folds && (look === null || look.settled)) {
      const replaced = await replace(look);
      if (!replaced.ok || replaced.value === "done") return replaced.ok ? ok(null) : replaced;
    }
    const now = await this.#look(step);
    if (!now.ok) return now;
    const replaced = await replace(now.value.look);
    if (!replaced.ok) return replaced;
    return replaced.value === "changed" ? { ok: false, error: this.#rules.changed(step.path) } : ok(null);
  }

  async #discard({ staged }: Ready): Promise<void> {
    if (staged) await this.#root.files.discard(staged);
  }

  async #seen(step: Step): Promise<Result<Seen, Failure>> {
    const before = this.#rules.seen.get(step.path);
    return before ? ok(before) : this.#look(step);
  }

  /** What is at the step's path, where that is one of what may be. */
  async #look(step: Step): Promise<Result<Seen, Failure>> {
    const { again, torn, changed } = this.#rules;
    const seen = again
      ? await readHalfWritten(this.#root, step)
      : await readSeen(this.#root, step.path, [step.before, step.after]);
    if (!seen.ok || this.#isDone(step, seen.value)) return seen;
    const isOurs =
      sameVersion(sideOf(seen.value.content), step.before) || (torn && (await isTornHere(this.#deps, this.#root, step)));
    return isOurs ? seen : { ok: false, error: changed(step.path) };
  }

  #isDone(step: Step, { content }: Seen): boolean {
    return this.#rules.again && sameVersion(sideOf(content), step.after);
  }

  #note({ path }: Step, result: Result<unknown, Failure>): void {
    if (result.ok) {
      this.#outcome.changed.push(path);
      return;
    }
    this.#outcome.refused.push({ path, error: result.error });
    this.#stopped ||= !this.#rules.goesOn(result.error);
  }
}

/** Begins to read what a set of these entries writes first, while it is written down. */
export function readAhead(snapshots: Blobs["snapshots"], root: CopyRef, entries: readonly JournalEntry[]): Contents | null {
  const first = entries.findIndex(({ after }) => after !== null);
  if (first === -1) return null;
  const contents = contentsOf({ snapshots }, root, groupAt(entries, first));
  // What goes wrong is told to the writer, if one comes to it.
  void Promise.allSettled([contents]);
  return contents;
}

function contentsOf({ snapshots }: Blobs, root: CopyRef, group: readonly JournalEntry[]): Contents {
  const oids = [...new Set(group.map(({ after }) => after?.oid ?? ""))];
  return snapshots.readBlobs(root, oids, maxTogetherBytes);
}

/** The steps from `at` on that are written together: all that go, or all that come. */
function groupAt<T extends JournalEntry>(steps: readonly T[], at: number): T[] {
  const rest = steps.slice(at, at + maxTogether);
  const other = rest.findIndex(({ after }) => (after === null) !== isRemoval(rest));
  return other === -1 ? rest : rest.slice(0, other);
}

function isRemoval([first]: readonly JournalEntry[]): boolean {
  return first?.after === null;
}

/** Takes away what a crash left of a set beside the places of its files. */
export async function clearStaged({ files }: Root, { id }: { id: string }, steps: readonly Step[]): Promise<void> {
  for (const step of steps) await files.clear(step.path, stagedName(id, step));
}

function stagedName(id: string, { at }: Step): string {
  return `${temporaryPrefix}${id}-${at}`;
}
