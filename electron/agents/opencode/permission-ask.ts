import { applyPatch, parsePatch } from "diff";
import * as z from "zod";
import type { ToolDiff } from "../../../shared/run-event.ts";
import { reallyInside, readInside, resolveInside } from "../../lib/write-file.ts";
import { permissionAction } from "../acp/permission-action.ts";
import type { AgentAsk, AskOption, PermissionOutcome } from "../port.ts";
import type { PermissionRequest } from "./shapes.ts";
import { kindOf } from "./tool-patch.ts";

const options: AskOption[] = [
  { id: "once", name: "Allow once", effect: "allow", lasts: "once" },
  { id: "always", name: "Always allow", effect: "allow", lasts: "always" },
  { id: "reject", name: "Reject", effect: "reject", lasts: "once" },
];

const maxFileBytes = 16 * 1024 * 1024;

/** What a change would do to one file: as `edit` and `write` say it, or one of those that `apply_patch` changes. */
const change = z.object({
  filepath: z.string().optional(),
  filePath: z.string().optional(),
  diff: z.string().optional(),
  patch: z.string().optional(),
  movePath: z.string().optional(),
});

/**
 * A permission request of a server's, from its structured fields only. `toolCallId`: the call it belongs to, by its name
 * in the updates. The diff is of the whole file, as it would be afterwards.
 */
export async function permissionAsk(
  request: PermissionRequest,
  at: { workingCopyPath: string; cwd: string; toolCallId: string | null },
): Promise<AgentAsk> {
  const { permission, patterns, metadata } = request;
  const changes = changesOf(metadata);
  const diffs = await Promise.all(changes.map((each) => diffOf(each, at.workingCopyPath)));
  const paths = changes.flatMap(({ filepath, filePath, movePath }) => [filePath ?? filepath, movePath]).filter(isText);
  const toolCall = {
    kind: kindOf(permission),
    rawInput: inputOf(request),
    locations: paths.map((path) => ({ path })),
    content: diffs.filter((diff) => diff !== null).map((diff) => ({ type: "diff", ...diff })),
  };
  const action = permissionAction(toolCall, at.cwd);
  const title = [permission, ...patterns].join(" ").slice(0, 500);
  return { title, action, options, ...(at.toolCallId === null ? {} : { toolCallId: at.toolCallId }) };
}

/** What is answered to the server. Whatever isn't clearly an allowance is a refusal. */
export function replyOf(outcome: PermissionOutcome): "once" | "always" | "reject" {
  if (outcome.kind !== "selected" || !outcome.allowed) return "reject";
  return outcome.optionId === "once" || outcome.optionId === "always" ? outcome.optionId : "reject";
}

/** The metadata, without what isn't a path: several files are named in one field, as words. */
function inputOf({ metadata }: PermissionRequest): Record<string, unknown> {
  if (!Array.isArray(metadata["files"])) return metadata;
  const { filepath: _, ...rest } = metadata;
  return rest;
}

function changesOf(metadata: Record<string, unknown>): z.infer<typeof change>[] {
  const files = z.array(change).safeParse(metadata["files"]);
  if (files.success && files.data.length > 0) return files.data;
  const one = change.safeParse(metadata);
  return one.success && isText(one.data.filepath) ? [one.data] : [];
}

async function diffOf(
  { filepath, filePath, diff, patch }: z.infer<typeof change>,
  root: string,
): Promise<Pick<ToolDiff, "path" | "oldText" | "newText"> | null> {
  const file = filePath ?? filepath;
  const text = patch ?? diff;
  if (!isText(file) || !isText(text)) return null;
  const named = await reallyInside(root, file);
  if (named === null) return null;
  // What is behind a link is what gets written.
  const led = await resolveInside(root, named);
  if (!led.ok) return null;
  const read = await readInside(root, led.value.path, maxFileBytes);
  if (!read.ok && read.error.code !== "FILE_NOT_FOUND") return null;
  const oldText = read.ok ? read.value.bytes.toString("utf8") : null;
  const newText = patched(oldText ?? "", text);
  return newText === null ? null : { path: file, oldText, newText };
}

/** null where the patch can't be read, changes nothing, or is of another text. */
function patched(before: string, patch: string): string | null {
  try {
    const [only, ...others] = parsePatch(patch);
    if (!only || others.length > 0 || !only.hunks.every(({ oldStart, newStart }) => Number.isInteger(oldStart + newStart)))
      return null;
    const after = applyPatch(before, only);
    return after === false || after === before ? null : after;
  } catch {
    return null; // Not a patch. What it would have shown isn't shown.
  }
}

function isText(value: string | undefined): value is string {
  return value !== undefined && value !== "";
}
