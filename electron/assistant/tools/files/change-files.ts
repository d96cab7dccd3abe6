import path from "node:path";
import { ok, type Result } from "../../../../shared/result.ts";
import type { PermissionAction, ToolDiff } from "../../../../shared/run-event.ts";
import { fault } from "../fault.ts";
import { hashOf } from "../files-seen.ts";
import { permit } from "../permit.ts";
import type { ToolCallContext, ToolFault } from "../tool.ts";
import { writeFiles, type FileChange } from "./write-files.ts";

/** `moved`: the file is there under another name, so that one is written and the other goes without being an edit. */
export type Change = FileChange & { moved?: { to: string } };

/**
 * Asks for changes of files and makes them: each kind of them is one request, with every path and text in it. What was
 * approved is this change of that content, so it is made only while the content is still that.
 */
export async function changeFiles(call: ToolCallContext, changes: readonly Change[]): Promise<Result<null, ToolFault>> {
  const actions = actionsOf(call.root, changes);
  const diff = actions.flatMap((action) => action.diff ?? []);
  call.show({ diff, locations: actions.flatMap(({ paths = [] }) => paths.map((each) => ({ path: each }))) });
  for (const action of actions) {
    const permitted = await permit(call, titleOf(call.root, action), action);
    if (!permitted.ok) return permitted;
  }
  const written = await writeFiles(call.root, changes);
  if (!written.ok) return written;
  for (const { path: file, after } of changes) call.files.changed(file, after && hashOf(after));
  return ok(null);
}

/** Whether the model has seen the file as it is: who edits from memory overwrites what others did. */
export function mustHaveRead({ files }: ToolCallContext, file: string, hash: string): Result<null, ToolFault> {
  const seen = files.hashOf(file);
  if (seen === hash) return ok(null);
  const said = seen === null ? `${file} was not read yet. Read it first.` : `${file} changed since it was read. Read it again.`;
  return fault("EXECUTION_FAILED", `${said} Nothing was changed.`);
}

function actionsOf(root: string, changes: readonly Change[]): PermissionAction[] {
  const absolute = (file: string): string => path.join(root, file);
  const targets = new Set(changes.flatMap(({ moved }) => (moved ? [moved.to] : [])));
  const moves = changes.flatMap((change) => (change.moved ? [{ ...change, to: change.moved.to }] : []));
  const deletes = changes.filter(({ after, moved }) => after === null && !moved);
  const edits = changes.filter(({ path: file, after }) => after !== null && !(targets.has(file) && isSame(changes, file)));
  const diffOf = (change: Change): ToolDiff[] => textDiff(absolute(change.path), change.before, change.after);
  const edit: PermissionAction = {
    ...{ kind: "edit", paths: edits.map((change) => absolute(change.path)) },
    diff: edits.flatMap(diffOf),
  };
  const remove: PermissionAction = {
    ...{ kind: "delete", paths: deletes.map((change) => absolute(change.path)) },
    diff: deletes.flatMap(diffOf),
  };
  return [
    ...(edits.length > 0 ? [edit] : []),
    ...(deletes.length > 0 ? [remove] : []),
    ...moves.map((move): PermissionAction => ({ kind: "move", paths: [absolute(move.path), absolute(move.to)] })),
  ];
}

/** Whether the file gets the content that another had under its old name. */
function isSame(changes: readonly Change[], file: string): boolean {
  const after = changes.find((change) => change.path === file)?.after;
  const from = changes.find(({ moved }) => moved?.to === file)?.before;
  return after !== undefined && after !== null && from !== undefined && from !== null && from.equals(after);
}

/** None where a file that isn't text is changed or goes. What becomes of text is shown, whatever is written into it. */
function textDiff(file: string, before: Buffer | null, after: Buffer | null): ToolDiff[] {
  if (before?.includes(0) || (after === null && before === null)) return [];
  return [{ path: file, oldText: before?.toString("utf8") ?? null, newText: after?.toString("utf8") ?? "" }];
}

function titleOf(root: string, { kind, paths = [] }: PermissionAction): string {
  const names = paths.map((file) => path.relative(root, file));
  const verb = { edit: "Edit", delete: "Delete", move: "Move" }[kind as "edit" | "delete" | "move"];
  const said = kind === "move" ? names.join(" → ") : names.slice(0, 3).join(", ");
  return `${verb} ${said}${kind !== "move" && names.length > 3 ? ` and ${names.length - 3} more` : ""}`;
}
