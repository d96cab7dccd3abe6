import { stat } from "node:fs/promises";
import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { fitting } from "../answer/bound-answer.ts";
import { fault } from "../fault.ts";
import { rare } from "../input/rare.ts";
import { placeOf } from "../place.ts";
import type { Tool } from "../tool.ts";
import { readTextFile } from "./text-file.ts";

const input = z.object({
  path: z.string().min(1),
  start: z.int().min(1).optional().describe("first line, from 1"),
  end: z.int().min(1).optional().describe("last line"),
  context: z.int().min(0).max(200).optional().describe("more lines around them").meta(rare),
  max_bytes: z.int().min(200).max(50_000).optional().meta(rare),
});
type Input = z.infer<typeof input>;

const defaultBytes = 24 * 1024;
const defaultLines = 800;

export const readFile: Tool<Input> = {
  name: "read_file",
  description:
    "Reads a text file, or lines of it, as `NUMBER| text` (the number is not part of the file). Read a file before you edit it.",
  shortDescription: "Read a file or lines of it, as `NUMBER| text`. Needed before an edit.",
  input,
  kind: "read",
  readsOnly: true,
  modes: ["ask", "plan", "code"],
  title: ({ path, start, end }) => (start === undefined && end === undefined ? path : `${path}:${start ?? 1}-${end ?? ""}`),
  async run({ path: given, start, end, context = 0, max_bytes: maxBytes }, call) {
    const place = await placeOf(call, given);
    if (!place.ok) return place;
    const { path, absolute, exists } = place.value;
    if (!exists) return fault("EXECUTION_FAILED", `${given} isn't there.`);
    if (await isFolder(absolute)) return fault("EXECUTION_FAILED", `${given} is a folder: list_dir.`);
    const file = await readTextFile(call.root, path);
    if (!file.ok) return file;
    call.files.saw(path, file.value.hash);
    const lines = linesOf(file.value.text);
    const from = Math.max(1, (start ?? 1) - context);
    const last = Math.min(lines.length, end === undefined ? lines.length : end + context);
    if (from > lines.length && lines.length > 0)
      return fault("EXECUTION_FAILED", `${path} has ${lines.length} lines.`, { fields: ["start"] });
    if (lines.length === 0) return ok({ text: `${path} is empty.`, shown: { locations: [{ path: absolute }] } });
    const numbered = lines.slice(from - 1, last).map((line, index) => `${from + index}| ${line}`);
    const bytes = Math.min(maxBytes ?? defaultBytes, (call.answerBytes ?? Infinity) * 0.9);
    const fits = fitting(numbered, bytes, end === undefined ? defaultLines : Infinity);
    const shown = fits.length > 0 ? fits : [`${(numbered[0] ?? "").slice(0, Math.floor(bytes / 4))} … (the line is longer)`];
    const to = from + shown.length - 1;
    const more = to < last ? `\n[Lines ${from}–${to} of ${lines.length}. Read on with start ${to + 1}.]` : "";
    return ok({ text: shown.join("\n") + more, shown: { locations: [{ path: absolute, line: from }] } });
  },
};

async function isFolder(absolute: string): Promise<boolean> {
  try {
    return (await stat(absolute)).isDirectory();
  } catch {
    return false; // It went meanwhile, which reading it says.
  }
}

/** As editors count them: a last line end begins no line. */
function linesOf(text: string): string[] {
  if (text === "") return [];
  const lines = text.replace(/^\ufeff/, "").split(/\r?\n/);
  return lines.at(-1) === "" ? lines.slice(0, -1) : lines;
}
