import { ok, type Result } from "../../shared/result.ts";
import { Slices } from "../lib/slices.ts";
import { decodeFields } from "./diff-tree.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";

/** Of all patches together; more is for whoever asks file by file. */
const maxTotalBytes = 32 * 1024 * 1024;

const sectionStart = Buffer.from("\ndiff --git ");

/**
 * The patches of two trees by their (new) paths, from one process; null where they are too much together. As text: bytes
 * that aren't UTF-8 show as replacement marks. One over `maxBytes` is cut at a line's end.
 */
export async function patchesOf(
  git: Git,
  place: GitPlace,
  from: string,
  to: string,
  maxBytes: number,
): Promise<Result<Map<string, string> | null, GitFailure>> {
  const plain = ["-r", "--no-ext-diff", "--no-textconv", "--no-color", "--ignore-submodules=none"];
  const names = ["--src-prefix=a/", "--dst-prefix=b/"];
  const made = await git.run(["diff-tree", ...plain, "-z", "--raw", "-p", "-M", ...names, "--end-of-options", from, to], {
    ...place,
    timeoutMs: 120_000,
    maxBytes: maxTotalBytes,
  });
  if (!made.ok) return made.error.type === "output-too-large" ? ok(null) : made;
  return ok(await parsePatches(made.value.stdout, maxBytes));
}

/** `git diff-tree -z --raw -p`: all the raw records, an empty field, then all the patches, both in the same order. */
export async function parsePatches(output: Buffer, maxBytes: number): Promise<Map<string, string>> {
  const slices = new Slices();
  await slices.next();
  const end = output.indexOf("\0\0");
  const patches = new Map<string, string>();
  if (end === -1) return patches;
  const sections = sectionsOf(output.subarray(end + 2));
  for (const { path, isTypeChange } of recordsOf(await decodeFields(output.subarray(0, end + 1)))) {
    if (slices.isOver()) await slices.next();
    // Where a file becomes a link, or the other way round, one goes and another comes.
    const first = sections.next().value ?? Buffer.alloc(0);
    const own = isTypeChange ? Buffer.concat([first, sections.next().value ?? Buffer.alloc(0)]) : first;
    patches.set(path, (own.length <= maxBytes ? own : own.subarray(0, own.lastIndexOf(10, maxBytes - 1) + 1)).toString("utf8"));
  }
  return patches;
}

function* recordsOf(fields: readonly string[]): Generator<{ path: string; isTypeChange: boolean }, void> {
  for (let at = 0; at < fields.length;) {
    const status = fields[at]?.split(" ").at(-1) ?? "";
    const isPair = /^[RC]/.test(status);
    yield { path: fields[at + (isPair ? 2 : 1)] ?? "", isTypeChange: status.startsWith("T") };
    at += isPair ? 3 : 2;
  }
}

/** No line of a patch begins like the first line of one but that. */
function* sectionsOf(text: Buffer): Generator<Buffer, void> {
  for (let start = 0; start < text.length;) {
    const next = text.indexOf(sectionStart, start);
    const end = next === -1 ? text.length : next + 1;
    yield text.subarray(start, end);
    start = end;
  }
}
