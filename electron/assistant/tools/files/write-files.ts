import { randomBytes } from "node:crypto";
import type { Failure } from "../../../../shared/errors.ts";
import { ok, type Result } from "../../../../shared/result.ts";
import type { Look } from "../../../lib/look.ts";
import { ManyFiles, type Staged } from "../../../lib/many-files.ts";
import { temporaryPrefix } from "../../../lib/write-file.ts";
import { fault } from "../fault.ts";
import type { ToolFault } from "../tool.ts";
import { maxFileBytes } from "./text-file.ts";

/** A file before and after; null: it isn't there. */
export type FileChange = { path: string; before: Buffer | null; after: Buffer | null; executable: boolean };

type Step = FileChange & { look: Look; staged: Staged | null };

/**
 * Makes all of the changes or none. What is in a file's place must be what was seen `before`, else nothing is changed;
 * new contents are whole beside their places before the first of them goes there, and what is done is undone where a
 * later one can't be.
 */
export async function writeFiles(root: string, changes: readonly FileChange[]): Promise<Result<null, ToolFault>> {
  const files = new ManyFiles(root);
  const steps: Step[] = [];
  try {
    for (const change of changes) {
      const step = await prepare(files, change);
      if (!step.ok) return await given(files, steps, step);
      steps.push(step.value);
    }
    for (const [index, step] of steps.entries()) {
      const done = step.staged ? await files.put(step.staged, step.look) : await files.remove(step.path, step.look);
      if (done.ok && done.value === "done") continue;
      const undone = await undo(files, steps.slice(0, index));
      return await given(files, steps.slice(index), done.ok ? changed(step.path, undone) : failed(done.error, undone));
    }
    const settled = await files.settle();
    return settled.ok ? ok(null) : failed(settled.error, []);
  } finally {
    files.close();
  }
}

async function prepare(files: ManyFiles, change: FileChange): Promise<Result<Step, ToolFault>> {
  const { path, before, after, executable } = change;
  const parts: Uint8Array[] = [];
  const read = await files.read(path, maxFileBytes, (part) => void parts.push(Buffer.from(part)));
  if (!read.ok && read.error.code !== "FILE_NOT_FOUND") return failed(read.error, []);
  const there = read.ok ? Buffer.concat(parts) : null;
  if (there === null ? before !== null : before === null || !there.equals(before)) return changed(path, []);
  const look = read.ok ? read.value.look : null;
  if (after === null) return ok({ ...change, look, staged: null });
  const mode = executable ? "100755" : "100644";
  const name = temporaryPrefix + randomBytes(8).toString("hex");
  const staged = await files.stage(path, name, { mode, source: after, replaces: look });
  return staged.ok ? ok({ ...change, look, staged: staged.value }) : failed(staged.error, []);
}

/** Takes away what was staged, and gives the failure back. */
async function given(files: ManyFiles, steps: readonly Step[], failure: { ok: false; error: ToolFault }) {
  for (const { staged } of steps) if (staged) await files.discard(staged);
  return failure;
}

/** Puts back what was there, the last first; returns what couldn't be. */
async function undo(files: ManyFiles, done: readonly Step[]): Promise<string[]> {
  const left: string[] = [];
  for (const { path, before, after, executable } of done.toReversed()) {
    const step = await prepare(files, { path, before: after, after: before, executable });
    if (!step.ok) {
      left.push(path);
      continue;
    }
    const { staged, look } = step.value;
    const put = staged ? await files.put(staged, look) : await files.remove(path, look);
    if (!put.ok || put.value !== "done") left.push(path);
  }
  await files.settle();
  return left;
}

function changed(path: string, left: readonly string[]) {
  return fault("EXECUTION_FAILED", `${path} changed meanwhile. ${nothing(left)} Read it again.`);
}

function failed({ code, message }: Failure, left: readonly string[]) {
  return fault(code === "PATH_REFUSED" ? "POLICY_VIOLATION" : "EXECUTION_FAILED", `${message}. ${nothing(left)}`);
}

function nothing(left: readonly string[]): string {
  return left.length === 0 ? "Nothing was changed." : `Changed all the same, and not put back: ${left.join(", ")}.`;
}
