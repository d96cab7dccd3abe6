import * as z from "zod";
import { ok, type Result } from "../../../../shared/result.ts";
import { readInside } from "../../../lib/write-file.ts";
import { fault, fileFault } from "../fault.ts";
import { entryOf, placeOf, type Place } from "../place.ts";
import type { Tool, ToolCallContext, ToolFault } from "../tool.ts";
import { changeFiles, mustHaveRead } from "./change-files.ts";
import { maxFileBytes, readTextFile } from "./text-file.ts";

const created = z.object({
  path: z.string().min(1),
  content: z.string(),
  overwrite: z.boolean().optional().describe("replace a file that you have read"),
});

export const createFile: Tool<z.infer<typeof created>> = {
  name: "create_file",
  description: "Writes a new file, with its folders. To change one that is there, edit it.",
  shortDescription: "Write a new file.",
  input: created,
  kind: "edit",
  readsOnly: false,
  modes: ["code"],
  title: ({ path }) => path,
  async run({ path: given, content, overwrite = false }, call) {
    const place = await placeOf(call, given);
    if (!place.ok) return place;
    const { path, exists } = place.value;
    if (exists && !overwrite)
      return fault("EXECUTION_FAILED", `${given} is there already. Edit it, or read it and set overwrite.`, { fields: ["path"] });
    const file = exists ? await readTextFile(call.root, path) : null;
    if (file && !file.ok) return file;
    const read = file ? mustHaveRead(call, path, file.value.hash) : ok(null);
    if (!read.ok) return read;
    const after = Buffer.from(content, "utf8");
    const before = file?.value.bytes ?? null;
    const made = await changeFiles(call, [{ path, before, after, executable: file?.value.executable ?? false }]);
    const lines = content.split("\n").length - (content.endsWith("\n") ? 1 : 0);
    return made.ok ? ok({ text: `Wrote ${path}: ${lines} lines, ${after.length} bytes.` }) : made;
  },
};

const deleted = z.object({ path: z.string().min(1) });

export const deleteFile: Tool<z.infer<typeof deleted>> = {
  name: "delete_file",
  description: "Deletes a file, no folder.",
  shortDescription: "Delete a file.",
  input: deleted,
  kind: "delete",
  readsOnly: false,
  modes: ["code"],
  title: ({ path }) => path,
  async run({ path: given }, call) {
    const file = await fileAt(call, given);
    if (!file.ok) return file;
    const { path, before, executable } = file.value;
    const made = await changeFiles(call, [{ path, before, after: null, executable }]);
    return made.ok ? ok({ text: `Deleted ${path}.` }) : made;
  },
};

const renamed = z.object({ from: z.string().min(1), to: z.string().min(1) });

export const renameFile: Tool<z.infer<typeof renamed>> = {
  name: "rename_file",
  description: "Moves a file, no folder, to a name that is free.",
  shortDescription: "Move a file.",
  input: renamed,
  kind: "move",
  readsOnly: false,
  modes: ["code"],
  title: ({ from, to }) => `${from} → ${to}`,
  async run({ from, to }, call) {
    const file = await fileAt(call, from);
    if (!file.ok) return file;
    if (file.value.isLink) return fault("EXECUTION_FAILED", `${from} is a link, which may lead elsewhere from another folder.`);
    const target = await entryOf(call, to);
    if (!target.ok) return target;
    if (target.value.exists) return fault("EXECUTION_FAILED", `${to} is there already.`, { fields: ["to"] });
    const { path, before, executable } = file.value;
    const seen = call.files.hashOf(path);
    const made = await changeFiles(call, [
      { path: target.value.path, before: null, after: before, executable },
      { path, before, after: null, executable, moved: { to: target.value.path } },
    ]);
    if (!made.ok) return made;
    // It knows no more of the content than before.
    if (seen === null) call.files.changed(target.value.path, null);
    return ok({ text: `Moved ${path} to ${target.value.path}.` });
  },
};

type FileAt = Pick<Place, "path"> & { before: Buffer; executable: boolean; isLink: boolean };

async function fileAt(call: ToolCallContext, given: string): Promise<Result<FileAt, ToolFault>> {
  const entry = await entryOf(call, given);
  if (!entry.ok) return entry;
  if (!entry.value.exists) return fault("EXECUTION_FAILED", `${given} isn't there.`);
  const read = await readInside(call.root, entry.value.path, maxFileBytes);
  if (!read.ok) return fileFault(read.error);
  const { bytes, mode } = read.value;
  return ok({ path: entry.value.path, before: bytes, executable: mode === "100755", isLink: mode === "120000" });
}
