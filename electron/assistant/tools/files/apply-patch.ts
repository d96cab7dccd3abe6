import * as z from "zod";
import { fail, ok, type Result } from "../../../../shared/result.ts";
import type { FilePatch } from "../../edit/patch/file-patch.ts";
import { planFiles, type HunkFailure, type PatchPlan } from "../../edit/patch/plan-patch.ts";
import { readPatch } from "../../edit/patch/read-patch.ts";
import { fault } from "../fault.ts";
import { placeOf } from "../place.ts";
import type { Tool, ToolCallContext, ToolFault } from "../tool.ts";
import { changeFiles, mustHaveRead, type Change } from "./change-files.ts";
import { numbered } from "./edit-file.ts";
import { encodeText, readTextFile, type TextFile } from "./text-file.ts";

const input = z.object({ patch: z.string().min(1) });
type Input = z.infer<typeof input>;

export const applyPatch: Tool<Input> = {
  name: "apply_patch",
  description:
    "Changes several files at once, all or nothing: a unified diff, or *** Begin Patch with *** Update File, *** Add File, *** Delete File.",
  shortDescription: "Apply a unified diff or *** Begin Patch, all or nothing.",
  input,
  kind: "edit",
  readsOnly: false,
  modes: ["code"],
  title: ({ patch }) => {
    const read = readPatch(patch);
    return read.ok ? read.value.map(({ path }) => path).join(", ") : "";
  },
  async run({ patch }, call) {
    const read = readPatch(patch);
    if (!read.ok) return fault("PATCH_FAILED", `Line ${read.error.line} of the patch: ${read.error.message}`);
    const placed = await withPlaces(call, read.value);
    if (!placed.ok) return placed;
    const { patches, files } = placed.value;
    const plan = planFiles(patches, (path) => files.get(path)?.text ?? null);
    if (!plan.ok) return fault("PATCH_FAILED", plan.error.message, { attached: plan.error.failures.map(told).join("\n\n") });
    const changes = changesOf(plan.value, patches, files);
    if (!changes.ok) return changes;
    const made = await changeFiles(call, changes.value);
    return made.ok ? ok({ text: madeText(changes.value) }) : made;
  },
};

type Placed = { patches: FilePatch[]; files: Map<string, TextFile> };

/** The patches with the paths of where they lead, and the files that are there, as the model has read them. */
async function withPlaces(call: ToolCallContext, patches: readonly FilePatch[]): Promise<Result<Placed, ToolFault>> {
  const files = new Map<string, TextFile>();
  const placed: FilePatch[] = [];
  for (const patch of patches) {
    const place = await placeOf(call, patch.path);
    if (!place.ok) return place;
    const target = patch.kind === "update" && patch.moveTo !== null ? await placeOf(call, patch.moveTo) : null;
    if (target && !target.ok) return target;
    const { path, exists } = place.value;
    for (const each of [place.value, ...(target ? [target.value] : [])]) {
      if (!each.exists || files.has(each.path)) continue;
      const file = await readTextFile(call.root, each.path);
      if (!file.ok) return file;
      files.set(each.path, file.value);
    }
    const known = patch.kind === "add" || !exists ? ok(null) : mustHaveRead(call, path, files.get(path)?.hash ?? "");
    if (!known.ok) return known;
    placed.push(patch.kind === "update" ? { ...patch, path, moveTo: target?.value.path ?? null } : { ...patch, path });
  }
  return ok({ patches: placed, files });
}

function changesOf(
  plan: PatchPlan,
  patches: readonly FilePatch[],
  files: ReadonlyMap<string, TextFile>,
): Result<Change[], ToolFault> {
  const changes: Change[] = [];
  for (const [path, text] of plan) {
    const to = patches.flatMap((patch) => (patch.kind === "update" && patch.path === path ? (patch.moveTo ?? []) : []))[0];
    const source =
      files.get(path) ?? files.get(patches.find((each) => each.kind === "update" && each.moveTo === path)?.path ?? "");
    const after = text === null ? ok(null) : encodeText(text, source?.encoding ?? "utf8");
    if (!after.ok) return fail(after.error);
    const moved = text === null && to !== undefined ? { moved: { to } } : {};
    const executable = source?.executable ?? false;
    changes.push({ path, before: files.get(path)?.bytes ?? null, after: after.value, executable, ...moved });
  }
  return ok(changes);
}

function told({ path, hunk, message, windows }: HunkFailure): string {
  const shown = windows.length > 0 ? `\nAs the file is now:\n${numbered(windows)}` : "";
  return `${path}${hunk === null ? "" : ` (${hunk})`}: ${message}${shown}`;
}

function madeText(changes: readonly Change[]): string {
  const lines = changes.map(({ path, before, after, moved }) => {
    if (moved) return `moved ${path} to ${moved.to}`;
    return `${after === null ? "deleted" : before === null ? "created" : "changed"} ${path}`;
  });
  return `Done: ${lines.join("; ")}. To verify, read the places or run the tests.`;
}
