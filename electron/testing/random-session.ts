import { execFileSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import path from "node:path";
import { createRouterClient } from "@orpc/server";
import type { PendingChange } from "../../shared/contract/changes.ts";
import { decodePath } from "../../shared/path-text.ts";
import { openCore } from "../core.ts";
import { ownPrograms } from "./own-programs.ts";
import { editAtRandom } from "./random-edits.ts";
import type { RandomPlace } from "./random-places.ts";
import type { Random } from "./random.ts";
import { readFolder } from "./read-folder.ts";
import type { TestFolder } from "./repos.ts";

export type Files = Record<string, string>;
type Apply = { id: string; before: Files; after: Files; baseline: Files };

/**
 * One session of a whole core whose files are edited at random, beside a model of what each verb must leave: all files of
 * the working copy and of the project's checkout, byte for byte. Each step throws where the two differ.
 */
export class RandomSession {
  #random: Random;
  #place: RandomPlace;
  #folder: TestFolder;
  #core: Awaited<ReturnType<typeof open>>;
  #sessionId: string;
  #copy: string;
  #baseline: Files;
  #checkpoints: { id: string; files: Files }[] = [];
  #applies: Apply[] = [];
  /** Files of the checkout that its person touched. */
  #persons = new Set<string>();
  readonly done: Record<string, number> = {};
  readonly steps: string[] = [];

  static async open(folder: TestFolder, place: RandomPlace, random: Random): Promise<RandomSession> {
    const core = await open(folder);
    const project = await core.rpc.projects.add({ path: place.path });
    await core.rpc.projects.trust({ id: project.id });
    const session = await core.rpc.sessions.create({ projectId: project.id, workingCopy: place.kind });
    return new RandomSession(folder, place, random, core, session);
  }

  private constructor(
    folder: TestFolder,
    place: RandomPlace,
    random: Random,
    core: Awaited<ReturnType<typeof open>>,
    session: { id: string; workingCopy: { path: string } },
  ) {
    this.#folder = folder;
    this.#place = place;
    this.#random = random;
    this.#core = core;
    this.#sessionId = session.id;
    this.#copy = session.workingCopy.path;
    this.#baseline = this.#filesOf(this.#copy);
  }

  async close(): Promise<void> {
    await this.#core.dispose();
  }

  /** A random tree, then a verb on it. */
  async step(): Promise<void> {
    const random = this.#random;
    editAtRandom(random, this.#copy, this.#place.mine, () => Object.keys(readFolder(this.#copy)));
    if (this.#place.kind === "worktree" && random.chance(0.2)) {
      const before = this.#filesOf(this.#place.root);
      editAtRandom(random, this.#place.root, this.#place.mine, () => Object.keys(readFolder(this.#place.root)), 2);
      for (const file of differing(before, this.#filesOf(this.#place.root))) this.#persons.add(file);
      this.#applies = [];
    }
    await this.#list();
    const verbs = ["approve", "apply", "apply", "revert", "reject", "restore", "checkpoint", "commit", "delete"] as const;
    const verb = random.pick(verbs);
    this.steps.push(verb);
    const inPlace = this.#place.kind === "in-place";
    if (inPlace && (verb === "apply" || verb === "revert" || verb === "commit")) return this.#checkpoint();
    await {
      approve: () => this.#approve(),
      apply: () => this.#apply(),
      revert: () => this.#revert(),
      reject: () => this.#reject(),
      restore: () => this.#restore(),
      checkpoint: () => this.#checkpoint(),
      commit: () => this.#commit(),
      delete: () => this.#deleteAndBringBack(),
    }[verb]();
  }

  async #list(): Promise<PendingChange[]> {
    const listed = await this.#core.rpc.changes.list({ id: this.#sessionId });
    const told = listed
      .filter(({ notCovered }) => !notCovered)
      .flatMap(({ path: file, oldPath }) => [file, ...(oldPath ? [oldPath] : [])]);
    same(sorted(told), sorted(differing(this.#baseline, this.#filesOf(this.#copy))), "the pending changes");
    return listed;
  }

  async #approve(): Promise<void> {
    const listed = await this.#list();
    const chosen = this.#random.some(selectable(listed));
    if (chosen.length === 0) return;
    const untouched = this.#watch();
    const approved = await whole(this.#core.rpc.changes.approve({ id: this.#sessionId, paths: chosen }));
    untouched();
    if (!approved || this.#place.kind === "worktree") return this.#count("approve", approved !== null);
    this.#baseline = patched(this.#baseline, this.#filesOf(this.#copy), withOldNames(chosen, listed));
    await this.#list();
  }

  async #apply(): Promise<void> {
    const input = { id: this.#sessionId, all: true } as const;
    const changed = differing(this.#baseline, this.#filesOf(this.#copy));
    if (changed.length === 0) return;
    const untouched = this.#watch();
    const preview = await whole(this.#core.rpc.changes.apply({ ...input, dryRun: true }));
    untouched();
    if (preview === null || preview.conflicts.length > 0) {
      const refused = await whole(this.#core.rpc.changes.apply(input));
      untouched();
      if (refused !== null && refused.applied.length > 0) throw new Error(`Wrote beside conflicts: ${JSON.stringify(refused)}`);
      return this.#startAnew();
    }
    const [before, copy] = [this.#filesOf(this.#place.root), this.#filesOf(this.#copy)];
    const applied = await this.#core.rpc.changes.apply(input);
    const after = this.#filesOf(this.#place.root);
    same(this.#filesOf(this.#copy), copy, "the working copy after an apply");
    const mine = changed.filter((file) => before[file] === this.#baseline[file] || before[file] === copy[file]);
    const merged = changed.filter((file) => !mine.includes(file));
    same(without(after, merged), without(patched(before, copy, mine), merged), "the checkout after an apply");
    // What was there already wasn't written, so a revert leaves it there, and nothing of it is pending.
    const there = changed.filter((file) => before[file] === after[file]);
    this.#applies.push({ id: applied.applyId ?? "", before, after, baseline: patched(this.#baseline, copy, there) });
    this.#baseline = copy;
    await this.#list();
    this.#count("apply", true);
  }

  async #revert(): Promise<void> {
    const last = this.#applies.pop();
    if (!last || last.id === "") return;
    same(this.#filesOf(this.#place.root), last.after, "the checkout before a revert");
    const copy = this.#filesOf(this.#copy);
    await this.#core.rpc.changes.revert({ id: this.#sessionId, applyId: last.id });
    same(this.#filesOf(this.#place.root), last.before, "the checkout after a revert");
    same(this.#filesOf(this.#copy), copy, "the working copy after a revert");
    this.#baseline = last.baseline;
    await this.#list();
    this.#count("revert", true);
  }

  async #reject(): Promise<void> {
    const listed = await this.#list();
    const chosen = this.#random.some(selectable(listed));
    if (chosen.length === 0) return;
    const [before, checkout] = [this.#filesOf(this.#copy), this.#filesOf(this.#place.root)];
    const rejected = await whole(this.#core.rpc.changes.reject({ id: this.#sessionId, paths: chosen }));
    const kept = rejected?.kept.map(({ path: file }) => file) ?? [];
    const back = rejected === null ? [] : withOldNames(chosen, listed).filter((file) => !kept.includes(file));
    same(this.#filesOf(this.#copy), patched(before, this.#baseline, back), "the working copy after a reject");
    if (this.#place.kind === "worktree") same(this.#filesOf(this.#place.root), checkout, "the checkout after a reject");
    this.#count("reject", rejected !== null);
    if (rejected?.checkpointId && this.#random.chance(0.5)) await this.#backTo(rejected.checkpointId, before);
  }

  async #checkpoint(): Promise<void> {
    const untouched = this.#watch();
    const { id } = await this.#core.rpc.checkpoints.create({ id: this.#sessionId });
    untouched();
    this.#checkpoints.push({ id, files: this.#filesOf(this.#copy) });
    this.#count("checkpoint", true);
  }

  async #restore(): Promise<void> {
    if (this.#checkpoints.length === 0) return this.#checkpoint();
    const { id, files } = this.#random.pick(this.#checkpoints);
    const before = this.#filesOf(this.#copy);
    const undo = await this.#backTo(id, files);
    this.#count("restore", true);
    if (!undo || this.#random.chance(0.5)) return;
    await this.#backTo(undo, before);
    this.#count("undo", true);
  }

  async #backTo(id: string, files: Files): Promise<string | null> {
    const restored = await this.#core.rpc.checkpoints.restore({ id, mode: "exact" });
    same(this.#filesOf(this.#copy), files, "the working copy after a restore");
    return restored.checkpointBeforeId;
  }

  async #commit(): Promise<void> {
    if (!this.#place.hasGit) return;
    const { paths } = await this.#core.rpc.changes.committable({ id: this.#sessionId });
    if (paths.length === 0) return;
    const untouched = this.#watch();
    await this.#core.rpc.changes.commit({ id: this.#sessionId, message: "What was applied" });
    untouched();
    const unclean = [...this.#git("diff", "--cached", "--name-only", "-z"), ...this.#git("diff", "--name-only", "-z")];
    // What the person did to a file stays theirs.
    const stale = paths.filter((file) => unclean.includes(file) && !this.#persons.has(file));
    same(stale, [], "what differs after a commit");
    this.#count("commit", true);
  }

  async #deleteAndBringBack(): Promise<void> {
    const [copy, checkout] = [this.#filesOf(this.#copy), this.#filesOf(this.#place.root)];
    await this.#core.rpc.sessions.remove({ id: this.#sessionId, force: true });
    const back = await this.#core.rpc.sessions.bringBack({ id: this.#sessionId });
    this.#copy = back.workingCopy.path;
    same(this.#filesOf(this.#copy), copy, "the working copy that was brought back");
    same(this.#filesOf(this.#place.root), checkout, "the checkout after a session was deleted");
    await this.#list();
    this.#count("delete", true);
  }

  /** Both sides say something else of a file: takes the changes back, as a person would who sees the conflict. */
  async #startAnew(): Promise<void> {
    this.#count("conflict", true);
    await whole(this.#core.rpc.changes.reject({ id: this.#sessionId }));
    await this.#list();
  }

  #git(...args: string[]): string[] {
    const output = execFileSync("git", args, { cwd: this.#place.root, env: this.#folder.env });
    return splitAtNul(output).map((name) => decodePath(name));
  }

  #filesOf(root: string): Files {
    const entries = Object.entries(readFolder(root)).map(([file, entry]) => [file, this.#place.canonical(entry)]);
    return Object.fromEntries(entries.filter(([file]) => file !== undefined && !file.endsWith("/.git")));
  }

  /** Compares both folders, when called, with what they were. */
  #watch(): () => void {
    const before = [this.#copy, this.#place.root].map((root) => this.#filesOf(root));
    return () =>
      same(
        [this.#copy, this.#place.root].map((root) => this.#filesOf(root)),
        before,
        "files that nothing was done to",
      );
  }

  #count(verb: string, did: boolean): void {
    const name = did ? verb : `${verb} refused`;
    this.done[name] = (this.done[name] ?? 0) + 1;
  }
}

async function open(folder: TestFolder) {
  const [dataDir, configDir] = [path.join(folder.path, "data"), path.join(folder.path, "config")];
  for (const made of [dataDir, configDir]) mkdirSync(made, { recursive: true });
  const env = { ...folder.env, SHELL: "/bin/sh" };
  const opened = await openCore({ dataDir, configDir, host: "serve", version: "test", programs: ownPrograms, env });
  if (!opened.ok) throw new Error(opened.error.message);
  return { rpc: createRouterClient(opened.value.router, { context: {} }), dispose: () => opened.value.dispose() };
}

const refusals = new Set(["SELECTION_INCOMPLETE", "CHANGES_CONFLICT", "WORKING_COPY_BUSY"]);

/** Null where the core refused a choice of files that can't go without others, or a conflict. */
async function whole<T>(asked: Promise<T>): Promise<T | null> {
  try {
    return await asked;
  } catch (error) {
    if (refusals.has((error as { code?: string }).code ?? "")) return null;
    throw error;
  }
}

const selectable = (listed: PendingChange[]): string[] =>
  listed.filter(({ notCovered }) => !notCovered).map(({ path: file }) => file);

function withOldNames(chosen: string[], listed: PendingChange[]): string[] {
  return chosen.flatMap((file) => {
    const oldPath = listed.find((change) => change.path === file)?.oldPath;
    return oldPath ? [file, oldPath] : [file];
  });
}

const sorted = (list: Iterable<string>): string[] => [...new Set(list)].toSorted();
const differing = (a: Files, b: Files): string[] =>
  sorted([...Object.keys(a), ...Object.keys(b)]).filter((file) => a[file] !== b[file]);
const without = (files: Files, left: string[]): Files =>
  Object.fromEntries(Object.entries(files).filter(([file]) => !left.includes(file)));

/** `files` with those of `paths` as they are in `from`. */
function patched(files: Files, from: Files, paths: string[]): Files {
  const entries = paths.flatMap((file) => (from[file] === undefined ? [] : [[file, from[file]] as const]));
  return { ...without(files, paths), ...Object.fromEntries(entries) };
}

function same(is: unknown, shouldBe: unknown, what: string): void {
  const [left, right] = [is, shouldBe].map((value) => JSON.stringify(ordered(value)));
  if (left === right) return;
  if (Array.isArray(is) || typeof is !== "object")
    throw new Error(`Other than expected: ${what}\n  is ${left}\n  should be ${right}`);
  const files = differing(is as Files, shouldBe as Files);
  const rows = files.map(
    (file) => `  ${JSON.stringify(file)}: is ${cut((is as Files)[file])}, should be ${cut((shouldBe as Files)[file])}`,
  );
  throw new Error(`Other than expected: ${what}\n${rows.join("\n")}`);
}

const cut = (entry: string | undefined): string => (entry === undefined ? "not there" : entry.slice(0, 200));

function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function splitAtNul(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0, end = bytes.indexOf(0); end >= 0; at = end + 1, end = bytes.indexOf(0, at))
    parts.push(bytes.subarray(at, end));
  return parts;
}
