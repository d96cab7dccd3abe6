import type { Base } from "../../shared/contract/projects.ts";
import { ok, type Result } from "../../shared/result.ts";
import { Slices } from "../lib/slices.ts";
import type { Git, GitFailure } from "./git.ts";
import { bareEnv, resolveCommit } from "./repository.ts";

export type BaseList = { bases: Base[]; more: boolean };

const kinds = { heads: "branch", remotes: "remote", tags: "tag" } as const;
type Group = keyof typeof kinds;

/** Of each kind that many are told; the others are found by their name. */
const maxOf: Record<Group, number> = { heads: 200, remotes: 100, tags: 50 };
const order = ["heads", "remotes", "tags"] as const;

const format = [
  "%(HEAD)",
  "%(refname)",
  "%(refname:short)",
  "%(objectname)",
  "%(*objectname)",
  "%(objecttype)",
  "%(*objecttype)",
];

/**
 * What a session can start from, from what is known locally: what is checked out, then local branches, remote ones and
 * tags, latest first. With `query`, those that have all its words in their names, one of this very name before the others.
 */
export async function listBases(git: Git, folder: string, query = ""): Promise<Result<BaseList, GitFailure>> {
  const args = ["for-each-ref", "--sort=-creatordate", `--format=${[...format, "%(symref)"].join("%00")}`];
  const listed = await git.run([...args, "refs/heads", "refs/remotes", "refs/tags"], { cwd: folder, env: bareEnv(folder) });
  if (!listed.ok) return listed;
  const { groups, current, more } = await choose(listed.value.stdout, query);
  if (current) return ok({ bases: [...(current.matches ? [current.base] : []), ...groups], more });
  const head = await resolveCommit(git, folder, "HEAD");
  if (!head.ok) return head;
  const detached = head.value !== null && matches("HEAD", wordsOf(query));
  const first: Base[] = detached && head.value ? [{ ref: "HEAD", kind: "commit", commit: head.value, current: true }] : [];
  return ok({ bases: [...first, ...groups], more });
}

type Chosen = { groups: Base[]; current: { base: Base; matches: boolean } | null; more: boolean };

/** A repository may have a hundred thousand refs: they are looked through in slices, and few are kept. */
async function choose(output: Buffer, query: string): Promise<Chosen> {
  const words = wordsOf(query);
  const groups: Record<Group, Base[]> = { heads: [], remotes: [], tags: [] };
  let current: Chosen["current"] = null;
  let more = false;
  const slices = new Slices();
  for (const text of linesOf(output)) {
    const found = parseBase(text);
    if (found?.base.current) current = { base: found.base, matches: matches(found.base.ref, words) };
    else if (found && matches(found.base.ref, words))
      more = !keep(groups[found.group], found.base, { query, max: maxOf[found.group] }) || more;
    if (slices.isOver()) await slices.next();
  }
  return { groups: order.flatMap((group) => groups[group]), current, more };
}

/** Whether there was room for all that are in it and this one. */
function keep(group: Base[], base: Base, { query, max }: { query: string; max: number }): boolean {
  if (base.ref === query.trim()) group.unshift(base);
  else group.push(base);
  if (group.length <= max) return true;
  group.pop();
  return false;
}

function* linesOf(output: Buffer): Generator<string> {
  for (let at = 0; at < output.length;) {
    const found = output.indexOf(0x0a, at);
    const end = found === -1 ? output.length : found;
    yield output.toString("utf8", at, end);
    at = end + 1;
  }
}

function parseBase(text: string): { group: Group; base: Base } | null {
  const [head, full, ref, id, peeled, type, peeledType, symref] = text.split("\0");
  const group = full?.split("/", 2)[1];
  if (!ref || !id || symref || (group !== "heads" && group !== "remotes" && group !== "tags")) return null;
  if ((peeledType || type) !== "commit") return null;
  return { group, base: { ref, kind: kinds[group], commit: peeled || id, current: head === "*" } };
}

function wordsOf(query: string): string[] {
  return query.toLowerCase().split(/\s+/).filter(Boolean);
}

function matches(name: string, words: readonly string[]): boolean {
  return words.every((word) => name.toLowerCase().includes(word));
}
