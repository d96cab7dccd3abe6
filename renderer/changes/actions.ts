import type { ApplyResult, PendingChange } from "../../shared/contract/changes.ts";
import { callFailure, rpc, type CallFailure } from "../rpc.ts";
import { loadChanges, putChanges } from "../stores/changes.ts";
import { toast } from "../ui/toast.tsx";

// What a person does with pending changes. Failures are told here; what they see follows the core's word.

function tellFailure(title: string, error: unknown): void {
  toast({ title, detail: callFailure(error).message, tone: "failed" });
}

/** `paths` left out: all of them. */
export async function approve(sessionId: string, paths: string[] | undefined, undo: boolean): Promise<void> {
  try {
    putChanges(sessionId, await rpc.changes.approve({ id: sessionId, undo, ...(paths ? { paths } : {}) }));
  } catch (error) {
    tellFailure(undo ? "The approval was not taken back" : "Not approved", error);
  }
}

export async function reject(sessionId: string, paths: string[] | undefined): Promise<void> {
  try {
    const { changes, checkpointId, kept } = await rpc.changes.reject({ id: sessionId, ...(paths ? { paths } : {}) });
    putChanges(sessionId, changes);
    if (checkpointId === null && kept.length > 0)
      return toast({ title: "Nothing was rejected", detail: `${names(kept)}: ${kept[0]?.reason ?? ""}`, tone: "failed" });
    toast({
      title: paths?.length === 1 ? `Rejected ${shortName(paths[0] ?? "")}` : "Rejected",
      ...(kept.length === 0 ? {} : { detail: `Left as it is: ${names(kept)}. ${kept[0]?.reason ?? ""}` }),
      ...(checkpointId === null ? {} : { undo: () => void undoReject(sessionId, checkpointId) }),
    });
  } catch (error) {
    tellFailure("Nothing was rejected", error);
  }
}

async function undoReject(sessionId: string, checkpointId: string): Promise<void> {
  try {
    const { conflicts } = await rpc.checkpoints.restore({ id: checkpointId, what: "files", dryRun: false });
    await loadChanges(sessionId);
    if (conflicts.length > 0)
      toast({ title: "Not all came back", detail: `${conflicts[0]?.path ?? ""} was changed meanwhile`, tone: "failed" });
  } catch (error) {
    tellFailure("The files were not brought back", error);
  }
}

export type Preview = { ok: true; result: ApplyResult } | { ok: false; failure: CallFailure };

/** `to`: null for the project's checkout. `message`: of the commit on a branch that is checked out nowhere. */
export type ApplyWish = { to: string | null; where: string; message: string | null };

/** What applying these would do, or all of them; nothing is touched. */
export async function previewApply(sessionId: string, paths: string[] | undefined, to: string | null): Promise<Preview> {
  try {
    const place = to === null ? {} : { to };
    const result = await rpc.changes.apply({ id: sessionId, dryRun: true, ...place, ...(paths ? { paths } : { all: true }) });
    return { ok: true, result };
  } catch (error) {
    return { ok: false, failure: callFailure(error) };
  }
}

/** Applies what a preview showed, and nothing that came up since. */
export async function apply(sessionId: string, paths: string[], { to, where, message }: ApplyWish): Promise<CallFailure | null> {
  try {
    const { applyId, applied, conflicts } = await rpc.changes.apply({
      id: sessionId,
      dryRun: false,
      paths,
      ...(to === null ? {} : { to }),
      ...(message === null ? {} : { message }),
    });
    await loadChanges(sessionId);
    if (conflicts.length > 0) return { code: "CHANGES_CONFLICT", message: nothingWritten(conflicts), data: { conflicts } };
    toast({
      title: `Applied ${applied.length === 1 ? shortName(applied[0] ?? "") : `${applied.length} files`} to ${where}`,
      ...(applyId === null ? {} : { undo: () => void revert(sessionId, applyId) }),
    });
    return null;
  } catch (error) {
    return callFailure(error);
  }
}

async function revert(sessionId: string, applyId: string): Promise<void> {
  try {
    const { applied, conflicts } = await rpc.changes.revert({ id: sessionId, applyId, dryRun: false });
    await loadChanges(sessionId);
    if (conflicts.length > 0)
      return toast({
        title: "Nothing was taken out",
        detail: `${names(conflicts)}: ${conflicts[0]?.reason ?? ""}`,
        tone: "failed",
      });
    toast({ title: `Taken out again: ${applied.length === 1 ? shortName(applied[0] ?? "") : `${applied.length} files`}` });
  } catch (error) {
    tellFailure("Nothing was taken out", error);
  }
}

/** The failure is shown where the message is written; `onOutput` is told what git and the hooks have printed. */
export async function commit(sessionId: string, message: string, onOutput: (text: string) => void): Promise<CallFailure | null> {
  const reading = new AbortController();
  try {
    const committing = rpc.changes.commit({ id: sessionId, message });
    void readOutput(sessionId, onOutput, reading.signal);
    const { commit: id, branch } = await committing;
    await loadChanges(sessionId);
    toast({ title: `Committed ${id.slice(0, 8)}${branch === null ? "" : ` on ${branch}`}` });
    return null;
  } catch (error) {
    return callFailure(error);
  } finally {
    reading.abort();
  }
}

const outputPauseMs = 500;
const shownOutputChars = 64 * 1024;

/** Nothing is printed before the core has begun with the commit: asked again until it has, or is through. */
async function readOutput(sessionId: string, onOutput: (text: string) => void, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    try {
      const output = await rpc.changes.commitOutput({ id: sessionId }, { signal });
      let all = "";
      for await (const { text } of output) onOutput((all = (all + text).slice(-shownOutputChars)));
    } catch {
      // The commit's own answer tells how it went.
    }
    await new Promise((resolve) => setTimeout(resolve, outputPauseMs));
  }
}

export async function stopCommit(sessionId: string): Promise<void> {
  try {
    await rpc.changes.stopCommit({ id: sessionId });
  } catch (error) {
    tellFailure("The commit was not stopped", error);
  }
}

/** The helper model's message; null where the person stopped it. */
export async function draftMessage(sessionId: string, signal: AbortSignal): Promise<string | CallFailure | null> {
  try {
    return (await rpc.changes.draftCommit({ id: sessionId }, { signal })).message;
  } catch (error) {
    return signal.aborted ? null : callFailure(error);
  }
}

/** The place went on since it was looked at. */
function nothingWritten(conflicts: ApplyResult["conflicts"]): string {
  return `${names(conflicts)}: ${conflicts[0]?.reason ?? ""} Nothing was written.`;
}

function names(list: readonly { path: string }[]): string {
  const more = list.length > 1 ? ` and ${list.length - 1} more` : "";
  return `${list[0]?.path ?? ""}${more}`;
}

function shortName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}

/** Approving what is approved takes the mark off. */
export function toggleApproval(sessionId: string, change: PendingChange): Promise<void> {
  return approve(sessionId, [change.path], change.review === "approved");
}
