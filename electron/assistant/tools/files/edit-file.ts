import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { replaceText, type Replaced } from "../../edit/replace-text.ts";
import { windowsAround, type Window } from "../../edit/windows.ts";
import { fault } from "../fault.ts";
import { placeOf } from "../place.ts";
import type { Tool } from "../tool.ts";
import { changeFiles, mustHaveRead } from "./change-files.ts";
import { encodeText, readTextFile } from "./text-file.ts";

const input = z.object({
  path: z.string().min(1),
  old_text: z.string(),
  new_text: z.string(),
  all: z.boolean().optional().describe("every place"),
  line: z.int().min(1).optional().describe("where old_text starts, if it stands in several places"),
});
type Input = z.infer<typeof input>;

export const editFile: Tool<Input> = {
  name: "edit_file",
  description: "Replaces old_text, as it stands in the file, by new_text. Send enough lines around the change to name one place.",
  shortDescription: "Replace old_text, as it stands in the file, by new_text.",
  input,
  kind: "edit",
  readsOnly: false,
  modes: ["code"],
  title: ({ path }) => path,
  async run({ path: given, old_text: oldText, new_text: newText, all, line }, call) {
    const place = await placeOf(call, given);
    if (!place.ok) return place;
    const { path, exists } = place.value;
    if (!exists) return fault("EXECUTION_FAILED", `${given} isn't there. To make it: create_file.`);
    const file = await readTextFile(call.root, path);
    if (!file.ok) return file;
    const read = mustHaveRead(call, path, file.value.hash);
    if (!read.ok) return read;
    const where = { ...(all === undefined ? {} : { all }), ...(line === undefined ? {} : { line }) };
    const replaced = replaceText(file.value.text, { oldText, newText, ...where });
    if (!replaced.ok)
      return fault("PATCH_FAILED", `${replaced.error.message} Nothing was changed.`, attachedTo(replaced.error.windows));
    const after = encodeText(replaced.value.text, file.value.encoding);
    if (!after.ok) return after;
    const { bytes: before, executable } = file.value;
    const made = await changeFiles(call, [{ path, before, after: after.value, executable }]);
    return made.ok ? ok({ text: changedText(path, replaced.value) }) : made;
  },
};

function attachedTo(windows: readonly Window[]): { attached?: string } {
  return windows.length > 0 ? { attached: `As the file is now:\n${numbered(windows)}` } : {};
}

/** Windows of a file, as `read_file` shows its lines. */
export function numbered(windows: readonly Window[]): string {
  return windows
    .map(({ from, text }) =>
      text
        .split("\n")
        .map((line, index) => `${from + index}| ${line}`)
        .join("\n"),
    )
    .join("\n…\n");
}

function changedText(path: string, { text, changed, rung }: Replaced): string {
  const stretches = changed.map(({ from, to }) => ({ from: from - 1, to: Math.max(from, to) }));
  const doubt = rung === "similarity" ? " It was found by likeness: check that it is what you meant." : "";
  return `Changed ${path}.${doubt} It reads now:\n${numbered(windowsAround(text, stretches))}`;
}
