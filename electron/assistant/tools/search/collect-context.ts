import * as z from "zod";
import { ok, type Result } from "../../../../shared/result.ts";
import { mapFew } from "../../../lib/map-few.ts";
import type { Outliner } from "../../outlines/outliner.ts";
import { maxAnswerBytes } from "../answer/bound-answer.ts";
import { fault } from "../fault.ts";
import { shownPath } from "../files/shown-path.ts";
import { readTextFile } from "../files/text-file.ts";
import { rare } from "../input/rare.ts";
import { placeOf } from "../place.ts";
import type { Tool, ToolCallContext, ToolFault, ToolOutcome } from "../tool.ts";
import { excerptsOf, fileScore, weightsOf, type Excerpt, type Weights } from "./excerpts.ts";
import { listFiles } from "./list-files.ts";
import { queryWords } from "./query-words.ts";
import { ripgrep } from "./ripgrep.ts";

const input = z.object({
  query: z.string().min(1).max(1_000).describe("names and words, or a question"),
  path: z.string().optional(),
  max_bytes: z.int().min(500).max(50_000).optional().meta(rare),
});
type Input = z.infer<typeof input>;
type Outlines = Pick<Outliner, "outlineOf">;

export type CollectDeps = {
  outlines: Outlines;
  /** Other words for what a query asks for, where somebody knows some. */
  otherWords: (query: string, signal: AbortSignal) => Promise<string>;
};

const defaultBytes = 12 * 1024;
const atOnce = 3;
/** So many of the best files are looked into. */
const maxFiles = 15;
/** Of larger files nothing is shown. */
const maxFileBytes = 1024 * 1024;
const share = 0.9;

export function collectContext(deps: CollectDeps): Tool<Input> {
  return {
    name: "collect_context",
    description:
      "Finds the parts of files that fit a query best, and shows them with line numbers. A good first look at unknown code.",
    shortDescription: "Show the parts of files that fit a query.",
    input,
    kind: "search",
    readsOnly: true,
    modes: ["ask", "plan", "code"],
    title: ({ query, path }) => (path === undefined ? query : `${query} in ${path}`),
    run: (wanted, call) => collect(wanted, deps, call),
  };
}

async function collect(
  { query, path: given, max_bytes: maxBytes = defaultBytes }: Input,
  { outlines, otherWords }: CollectDeps,
  call: ToolCallContext,
): Promise<ToolOutcome> {
  const words = queryWords(query);
  if (words.length === 0)
    return fault("TOOL_INPUT_VALIDATION_FAILED", "query: it has no word to search for.", { fields: ["query"] });
  const place = await placeOf(call, given ?? "");
  if (!place.ok) return place;
  if (!place.value.exists) return fault("EXECUTION_FAILED", `${given ?? ""} isn't there.`, { fields: ["path"] });
  const room = Math.min(maxBytes, (call.answerBytes ?? maxAnswerBytes) * share);
  const ranked = await rankedFiles(words, place.value.path, call);
  if (!ranked.ok) return ranked;
  if (ranked.value.files.length > 0) return partsOf(ranked.value, { words, room, outlines }, call);
  const others = queryWords(await otherWords(query, call.signal)).filter((word) => !words.includes(word));
  const again = others.length === 0 ? ranked : await rankedFiles(others, place.value.path, call);
  return again.ok ? partsOf(again.value, { words: [...words, ...others], room, outlines }, call) : again;
}

type Ranked = { files: { path: string; score: number }[]; weights: Weights };

async function rankedFiles(words: readonly string[], path: string, call: ToolCallContext): Promise<Result<Ranked, ToolFault>> {
  const all = await listFiles(call, path, [`--max-filesize=${maxFileBytes}`]);
  if (!all.ok) return all;
  const counted = await mapFew(words, atOnce, (word) => countsOf(word, path, call));
  const failed = counted.find((each) => !each.ok);
  if (failed && !failed.ok) return failed;
  const counts = new Map(counted.map((each, at) => [words[at] ?? "", each.ok ? each.value : new Map<string, number>()]));
  const weights = weightsOf(new Map([...counts].map(([word, files]) => [word, files.size])), all.value.length);
  const files = all.value
    .map((file) => ({ path: file, score: fileScore(file, (word) => counts.get(word)?.get(file) ?? 0, weights) }))
    .filter(({ score }) => score > 0)
    .toSorted((a, b) => b.score - a.score || (a.path < b.path ? -1 : 1));
  return ok({ files: files.slice(0, maxFiles), weights });
}

/** File → in how many of its lines the word is. */
async function countsOf(word: string, path: string, call: ToolCallContext): Promise<Result<Map<string, number>, ToolFault>> {
  const args = [
    ...["--count", "--with-filename", "--fixed-strings", "--ignore-case", `--max-filesize=${maxFileBytes}`],
    ...[`--regexp=${word}`, "--", path === "" ? "." : path],
  ];
  const searched = await ripgrep(call.root, args, call.signal);
  if (!searched.ok) return searched;
  if ("wrong" in searched.value) return fault("EXECUTION_FAILED", searched.value.wrong);
  const records = searched.value.found.toString("utf8").matchAll(/([^\0]+)\0(\d+)\n/g);
  return ok(new Map([...records].map(([, file = "", count]) => [file.replace(/^\.[/\\]/, ""), Number(count)])));
}

type Wanted = { words: readonly string[]; room: number; outlines: Outlines };

async function partsOf(
  { files, weights }: Ranked,
  { words, room, outlines }: Wanted,
  call: ToolCallContext,
): Promise<ToolOutcome> {
  const parts: Part[] = [];
  const looked = await mapFew(files, atOnce, (file) => lookInto(file, { weights, outlines }, call));
  for (const part of looked.flat().toSorted((a, b) => b.score - a.score)) {
    const used = parts.reduce((sum, each) => sum + bytesOf(each), 0);
    if (used + bytesOf(part) <= room) parts.push(part);
  }
  if (parts.length === 0) return ok({ text: `Nothing found for: ${words.join(", ")}` });
  const byFile = Map.groupBy(parts, ({ path }) => path);
  const told = [...byFile].map(([path, ofFile]) => {
    call.files.saw(path, ofFile[0]?.hash ?? "");
    const inOrder = ofFile.toSorted((a, b) => a.from - b.from).map(({ text }) => text);
    return `${shownPath(path)}\n${inOrder.join("\n…\n")}`;
  });
  const left = looked.flat().length - parts.length;
  const more = left > 0 ? `\n\n[${left} more places fit less, or didn't fit in here.]` : "";
  return ok({ text: `[Searched for: ${words.join(", ")}]\n\n${told.join("\n\n")}${more}` });
}

type Part = Excerpt & { path: string; hash: string; text: string };

/** Parts of a file that is gone, or no text, are none. */
async function lookInto(
  { path, score }: { path: string; score: number },
  { weights, outlines }: { weights: Weights; outlines: Outlines },
  call: ToolCallContext,
): Promise<Part[]> {
  if (call.signal.aborted) return [];
  const file = await readTextFile(call.root, path);
  if (!file.ok || file.value.bytes.length > maxFileBytes) return [];
  const { text, hash } = file.value;
  const outline = await outlines.outlineOf(path, text);
  const symbols = outline !== null && typeof outline !== "string" ? outline.symbols : [];
  const lines = text.trimEnd().split(/\r?\n/);
  return excerptsOf(lines, weights, symbols).map((excerpt) => {
    const numbered = lines
      .slice(excerpt.from - 1, excerpt.to)
      .map((line, at) => `${excerpt.from + at}| ${line.slice(0, maxLineChars)}`);
    return { ...excerpt, score: score + excerpt.score, path, hash, text: numbered.join("\n") };
  });
}

/** What of a line is shown: one of a minified file would take all the room. */
const maxLineChars = 400;

function bytesOf({ path, text }: Part): number {
  return Buffer.byteLength(text) + path.length + 4;
}
