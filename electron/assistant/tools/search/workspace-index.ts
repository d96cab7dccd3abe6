import * as z from "zod";
import { ok } from "../../../../shared/result.ts";
import { mapFew } from "../../../lib/map-few.ts";
import { outlineLanguage } from "../../outlines/outline-language.ts";
import type { Outline, Outliner } from "../../outlines/outliner.ts";
import { fault } from "../fault.ts";
import { shownPath } from "../files/shown-path.ts";
import { readTextFile } from "../files/text-file.ts";
import { rare } from "../input/rare.ts";
import { placeOf } from "../place.ts";
import type { Tool, ToolCallContext, ToolOutcome } from "../tool.ts";
import { listFiles } from "./list-files.ts";

const input = z.object({
  path: z.string().optional(),
  symbols: z.boolean().optional().describe("false: only the files").meta(rare),
  start: z.int().min(1).optional().describe("first file, from 1"),
  limit: z.int().min(1).max(500).optional().meta(rare),
});
type Input = z.infer<typeof input>;

const defaultLimit = 60;
const atOnce = 3;
const hashChars = 12;

/** `outlines`: what reads the symbols. */
export function workspaceIndex({ outlines }: { outlines: Pick<Outliner, "outlineOf"> }): Tool<Input> {
  return {
    name: "workspace_index",
    description:
      "Lists files with size, hash, language, and what each declares, with its lines. Shows what is where without reading it.",
    shortDescription: "List files with what each declares.",
    input,
    kind: "search",
    readsOnly: true,
    modes: ["ask", "plan", "code"],
    title: ({ path }) => path ?? "",
    run: (wanted, call) => index(wanted, outlines, call),
  };
}

async function index(
  { path: given, symbols = true, start = 1, limit = defaultLimit }: Input,
  outlines: Pick<Outliner, "outlineOf">,
  call: ToolCallContext,
): Promise<ToolOutcome> {
  const place = await placeOf(call, given ?? "");
  if (!place.ok) return place;
  if (!place.value.exists) return fault("EXECUTION_FAILED", `${given ?? ""} isn't there.`, { fields: ["path"] });
  const files = await listFiles(call, place.value.path);
  if (!files.ok) return files;
  if (files.value.length === 0) return ok({ text: "There are no files." });
  if (start > files.value.length)
    return fault("EXECUTION_FAILED", `There are ${files.value.length} files.`, { fields: ["start"] });
  const page = files.value.slice(start - 1, start - 1 + limit);
  const told = await mapFew(page, atOnce, (file) => entryOf(file, symbols ? outlines : null, call));
  const next = start + page.length;
  const more =
    next <= files.value.length ? [`[Files ${start}–${next - 1} of ${files.value.length}. Go on with start ${next}.]`] : [];
  return ok({ text: [...told, ...more].join("\n") });
}

async function entryOf(path: string, outlines: Pick<Outliner, "outlineOf"> | null, call: ToolCallContext): Promise<string> {
  const shown = shownPath(path);
  if (call.signal.aborted) return shown;
  const file = await readTextFile(call.root, path);
  if (!file.ok) return `${shown}  (${file.error.message})`;
  const { bytes, hash, text } = file.value;
  const language = outlineLanguage(path);
  const facts = [shown, `${bytes.length} bytes`, hash.slice(0, hashChars), ...(language === null ? [] : [language])].join("  ");
  const outline = outlines && language !== null ? await outlines.outlineOf(path, text) : null;
  return outline === null ? facts : `${facts}\n${outlineText(outline)}`.trimEnd();
}

function outlineText(outline: Outline | string): string {
  if (typeof outline === "string") return `  (${outline})`;
  const lines = outline.symbols.map(({ kind, name, from, to, depth }) => {
    const indent = "  ".repeat(Math.min(depth, 8) + 1);
    return `${indent}${kind} ${name} ${from === to ? from : `${from}-${to}`}`;
  });
  return [...lines, ...(outline.isCut ? ["  [There is more in it.]"] : [])].join("\n");
}
