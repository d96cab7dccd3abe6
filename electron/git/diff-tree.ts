import { decodePaths } from "../../shared/path-text.ts";
import { ok, type Result } from "../../shared/result.ts";
import { nextTurn, Slices } from "../lib/slices.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";

/**
 * A difference of two trees. Mode is git's, octal ("100644", "100755", "120000", "160000"); "000000" and the zero oid where
 * there is nothing.
 */
export type TreeChange = {
  operation: "create" | "edit" | "delete" | "rename" | "mode";
  path: string;
  oldPath?: string;
  oldMode: string;
  newMode: string;
  oldOid: string;
  newOid: string;
  additions: number;
  deletions: number;
  binary: boolean;
};

export const plain = ["-r", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=none"];

export type DiffOptions = { renames?: boolean; counts?: boolean };

/** For what differs and not how much: no content is read. */
export const onlyPaths = { renames: false, counts: false } as const;

/** Differences of two trees, in path order; with their line counts unless told, for which contents are read. */
export async function diffTrees(
  git: Git,
  place: GitPlace,
  from: string,
  to: string,
  options: DiffOptions = {},
): Promise<Result<TreeChange[], GitFailure>> {
  return differences(git, place, ["diff-tree", ...plain, ...listed(options), "--end-of-options", from, to]);
}

/** The same from a tree to what the place's index has, with renames and counts: to the tree that is written from it. */
export function diffIndex(git: Git, place: GitPlace, from: string): Promise<Result<TreeChange[], GitFailure>> {
  return differences(git, place, ["diff-index", "--cached", ...plain, ...listed({}), "--end-of-options", from]);
}

function listed({ counts, renames }: DiffOptions): string[] {
  return ["-z", "--raw", ...(counts === false ? [] : ["--numstat"]), "--no-abbrev", renames === false ? "--no-renames" : "-M"];
}

async function differences(git: Git, place: GitPlace, args: readonly string[]): Promise<Result<TreeChange[], GitFailure>> {
  const compared = await git.run(args, { ...place, timeoutMs: 10 * 60_000, maxBytes: 512 * 1024 * 1024 });
  return compared.ok ? ok(await parseDiffTree(compared.value.stdout)) : compared;
}

/** So much is read at a time: a change of the ignore rules alone can bring up 50,000 files, and others wait meanwhile. */
const bytesAtOnce = 256 * 1024;

/** `git diff-tree -z --raw --numstat`: all the raw records, then all the counts, both in the same order. */
export async function parseDiffTree(output: Uint8Array): Promise<TreeChange[]> {
  const fields = await decodeFields(output);
  const changes: TreeChange[] = [];
  const slices = new Slices();
  let at = 0;
  for (let header = fields[at]; header?.startsWith(":"); header = fields[at]) {
    const change = readChange(header, fields[at + 1] ?? "", fields[at + 2] ?? "");
    at += change.names + 1;
    changes.push(change.value);
    if (slices.isOver()) await slices.next();
  }
  for (const change of changes) {
    at = readCounts(change, fields, at);
    if (slices.isOver()) await slices.next();
  }
  return changes;
}

/** What ends in NULs, in pieces. */
export async function decodeFields(output: Uint8Array): Promise<string[]> {
  const fields: string[] = [];
  for (let start = 0; start < output.length;) {
    const found = output.indexOf(0, start + bytesAtOnce);
    const end = found === -1 ? output.length : found + 1;
    for (const field of decodePaths(output.subarray(start, end))) fields.push(field);
    start = end;
    if (start < output.length) await nextTurn();
  }
  return fields;
}

/** `:MODE MODE OID OID STATUS`, with one name or, where something moved, two. */
function readChange(header: string, first: string, second: string): { value: TreeChange; names: 1 | 2 } {
  const [oldMode = "", newMode = "", oldOid = "", newOid = "", status = ""] = header.slice(1).split(" ");
  const moved = status.startsWith("R") || status.startsWith("C");
  const value: TreeChange = {
    operation: operationOf(status, oldMode, newMode, oldOid, newOid),
    path: moved ? second : first,
    ...(status.startsWith("R") ? { oldPath: first } : {}),
    oldMode,
    newMode,
    oldOid,
    newOid,
    additions: 0,
    deletions: 0,
    binary: false,
  };
  return { value, names: moved ? 2 : 1 };
}

/** `ADDED<tab>DELETED<tab>path`, where a rename has an empty path and its two names in the next fields; `-` for binaries. */
function readCounts(change: TreeChange, fields: string[], at: number): number {
  const [additions = "0", deletions = "0", path = ""] = (fields[at] ?? "").split("\t");
  change.binary = additions === "-";
  change.additions = change.binary ? 0 : Number(additions);
  change.deletions = change.binary ? 0 : Number(deletions);
  return path === "" ? at + 3 : at + 1;
}

function operationOf(status: string, oldMode: string, newMode: string, oldOid: string, newOid: string): TreeChange["operation"] {
  if (status === "A" || status.startsWith("C")) return "create";
  if (status === "D") return "delete";
  if (status.startsWith("R")) return "rename";
  return oldOid === newOid && oldMode !== newMode ? "mode" : "edit";
}
