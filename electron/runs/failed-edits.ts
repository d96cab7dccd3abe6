import { lstat } from "node:fs/promises";
import path from "node:path";
import { isRecord } from "../../shared/is-record.ts";
import type { RunEventBody, RunEventPayload, ToolSnapshot } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";
import { relativeInside } from "../lib/inside.ts";

const changing: ReadonlySet<ToolSnapshot["kind"]> = new Set(["edit", "delete", "move"]);
/** What a person, a rule or Stop put an end to is no edit that failed. */
const wanted: ReadonlySet<string> = new Set(["PERMISSION_DENIED", "POLICY_VIOLATION", "CANCELLED"]);

/**
 * The files of a working copy of which an agent's edit failed in this turn, until one succeeds. An edit of a file that
 * isn't there was a wrong guess at its name, and nothing is lost by it, unless it was to make the file.
 */
export class FailedEdits {
  readonly #root: string;
  readonly #clock: Clock;
  /** Call → the files that it told of. */
  readonly #told = new Map<string, Set<string>>();
  /** File → when its edit failed, unix ms. */
  readonly #failed = new Map<string, number>();
  /** Those of them that were to be made. */
  readonly #toMake = new Set<string>();

  constructor(root: string, clock: Clock) {
    this.#root = root;
    this.#clock = clock;
  }

  heard(body: RunEventBody, at = this.#clock.now()): void {
    if (body.type === "tool.started" || body.type === "tool.updated") return void this.#note(body.payload);
    if (body.type !== "tool.completed" && body.type !== "tool.failed") return;
    const files = this.#note(body.payload);
    this.#told.delete(body.payload.id);
    if (!changing.has(body.payload.kind)) return;
    if (body.type === "tool.completed") for (const file of files) this.#failed.delete(file);
    else if (isFailure(body.payload)) for (const file of files) this.#failed.set(file, at);
  }

  /** Those that nothing has written since, by whatever tool; as they are named in the working copy. */
  async unrecovered(): Promise<string[]> {
    const files = await Promise.all(
      [...this.#failed].map(async ([file, failedAt]) =>
        (await isLost(path.join(this.#root, file), { failedAt, toMake: this.#toMake.has(file) })) ? [file] : [],
      ),
    );
    return files.flat();
  }

  #note({ id, locations, diff, input }: ToolSnapshot): Set<string> {
    const files = this.#told.get(id) ?? new Set();
    this.#told.set(id, files);
    for (const file of this.#inside([...locations, ...diff].map((at) => at.path))) files.add(file);
    const named = this.#inside(pathsIn(input));
    for (const file of named) files.add(file);
    const made = this.#inside(diff.flatMap((each) => (each.oldText === null ? [each.path] : [])));
    for (const file of [...made, ...(isWholeText(input) ? named : [])]) this.#toMake.add(file);
    return files;
  }

  #inside(told: readonly string[]): string[] {
    return told.flatMap((name) => {
      const file = relativeInside(this.#root, path.resolve(this.#root, name));
      return file === null || file === "." ? [] : [file];
    });
  }
}

function isFailure({ code }: RunEventPayload<"tool.failed">): boolean {
  return !wanted.has(code);
}

/** Agents name the file they edit in the call's input, before they know where in it. */
function pathsIn(input: unknown): string[] {
  if (!isRecord(input)) return [];
  return Object.entries(input).flatMap(([name, value]) =>
    /^(file_?)?path$/i.test(name) && typeof value === "string" ? [value] : [],
  );
}

/** A tool that writes whole files is given their text, and none that it should find. */
function isWholeText(input: unknown): boolean {
  if (!isRecord(input)) return false;
  const names = Object.keys(input).filter((name) => typeof input[name] === "string");
  return names.some((name) => /^(contents?|file_?text)$/i.test(name)) && !names.some((name) => /^old/i.test(name));
}

async function isLost(file: string, { failedAt, toMake }: { failedAt: number; toMake: boolean }): Promise<boolean> {
  try {
    return (await lstat(file)).mtimeMs <= failedAt;
  } catch (error) {
    // What can't be looked at was written by nobody.
    return toMake || !(error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR"));
  }
}
