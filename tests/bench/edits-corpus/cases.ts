import { chooseRegion, edited } from "./region.ts";
import { diskText, expectedTexts, type Drifted, type Form } from "./drifted.ts";
import { drifts } from "./drifts.ts";
import { Random } from "./random.ts";
import type { Source } from "./sources.ts";

/** An edit as a model sends it. */
export type Sent = { tool: "edit"; oldText: string; newText: string } | { tool: "patch"; patch: string };

/** An edit that was made for one text and is sent for another: what must come of it, and the lines it truly is about. */
export type EditCase = {
  kind: string;
  language: string;
  file: string;
  text: string;
  sent: Sent;
  expected: string[];
  truth: { from: number; to: number; ops: Drifted["ops"] };
};

export const patchedPath = "src/file.txt";

/** `perKind` edits of each kind of drift, in turn over the languages; the same ones in every run over the same corpus. */
export function editCases(corpus: readonly Source[], perKind: number, seed: number): EditCase[] {
  const random = new Random(seed);
  const byLanguage = Map.groupBy(corpus, ({ language }) => language);
  const languages = [...byLanguage.keys()];
  return Object.entries(drifts).flatMap(([kind, drift]) => {
    const made: EditCase[] = [];
    for (let tries = 0; made.length < perKind && tries < perKind * 400; tries += 1) {
      const language = languages[(made.length + Math.floor(tries / 60)) % languages.length] ?? "";
      const { file, text } = random.pick(byLanguage.get(language) ?? []);
      const lines = text.split("\n");
      const region = chooseRegion(lines, 4 + random.below(9), random);
      const drifted = region && drift({ lines, region, random, language });
      const one = drifted && caseOf({ kind, language, file }, drifted, random.pick(drifted.forms));
      if (one && !saysAnother(one)) made.push(one);
    }
    return made;
  });
}

/** Whether what is sent stands word for word in one place that isn't the true one: then it is an edit of that place. */
function saysAnother({ text, sent, expected }: EditCase): boolean {
  if (sent.tool !== "edit") return false;
  const [before, after, ...more] = text.split(sent.oldText);
  return before !== undefined && after !== undefined && more.length === 0 && !expected.includes(before + sent.newText + after);
}

function caseOf(named: Pick<EditCase, "kind" | "language" | "file">, drifted: Drifted, form: Form): EditCase {
  const seen = drifted.view.flatMap(({ line }) => (line === null ? [] : [line]));
  const truth = { from: Math.min(...seen), to: Math.max(...seen) + 1, ops: drifted.ops };
  return { ...named, text: diskText(drifted), expected: expectedTexts(drifted), truth, sent: sentAs(form, drifted, truth.from) };
}

function sentAs(form: Form, drifted: Drifted, from: number): Sent {
  const before = drifted.view;
  const after = edited(before, drifted.ops);
  const shape = drifted.shape ?? ((text: string) => text);
  const text = (lines: typeof before): string => shape(lines.map((line) => line.text).join("\n"));
  if (form === "edit") return { tool: "edit", oldText: text(before), newText: text(after) };
  const body = bodyOf(drifted);
  if (form === "begin-patch") {
    return {
      tool: "patch",
      patch: ["*** Begin Patch", `*** Update File: ${patchedPath}`, "@@", ...body, "*** End Patch", ""].join("\n"),
    };
  }
  const at = Math.max(1, from + 1 + (drifted.lineShift ?? 0));
  const off = drifted.wrongCounts ? 2 : 0;
  const header = `@@ -${at},${before.length + off} +${at},${after.length + off} @@`;
  return { tool: "patch", patch: [`--- a/${patchedPath}`, `+++ b/${patchedPath}`, header, ...body, ""].join("\n") };
}

/** The lines of a hunk: what goes right before what comes in its place. */
function bodyOf({ view, ops }: Drifted): string[] {
  return view.flatMap((each) => {
    const after = edited([each], ops).map(({ text }) => text);
    if (after[0] === each.text) return [` ${each.text}`, ...after.slice(1).map((text) => `+${text}`)];
    return [`-${each.text}`, ...after.map((text) => `+${text}`)];
  });
}
