import { onDisk, shifted, viewOf, type Drift, type Drifted, type Form, type Given } from "./drifted.ts";
import { indentOf, wordsOf } from "./region.ts";

const everyForm: readonly Form[] = ["edit", "edit", "unified", "begin-patch"];

function plain({ lines, region }: Given): Drifted {
  return { disk: onDisk(lines), view: viewOf(lines, region), ops: region.ops, forms: everyForm };
}

/** Lines of the region that the edit only repeats. */
function context({ region }: Given): number[] {
  const touched = new Set(region.ops.map(({ line }) => line));
  return Array.from({ length: region.to - region.from }, (_, at) => region.from + at).filter((line) => !touched.has(line));
}

const indentation: Drift = (given) => {
  const base = plain(given);
  const filled = base.view.filter(({ text }) => text.trim() !== "");
  const common = Math.min(...filled.map(({ text }) => indentOf(text).length));
  const ways = [
    (text: string) => text.slice(common),
    (text: string) => `    ${text}`,
    (text: string) => indentOf(text).slice(indentOf(text).length / 2) + text.trimStart(),
    (text: string) => indentOf(text) + text,
  ];
  const way = given.random.pick(ways);
  const view = base.view.map((each) => ({ ...each, text: each.text.trim() === "" ? each.text : way(each.text) }));
  return view.every(({ text }, at) => text === base.view[at]?.text) ? null : { ...base, view };
};

const tabs: Drift = (given) => {
  const base = plain(given);
  const spaced = given.lines.some((line) => line.startsWith("  "));
  const unit = given.lines.some((line) => /^ {2}\S/.test(line)) ? 2 : 4;
  const toTabs = (text: string): string => text.replace(/^ +/, (blank) => "\t".repeat(Math.ceil(blank.length / unit)));
  const width = given.random.pick([2, 4, 8]);
  const toBlanks = (text: string): string => text.replace(/^\t+/, (blank) => " ".repeat(blank.length * width));
  const evenly = given.lines.every(
    (line) => /^ */.exec(line)?.[0].length === indentOf(line).length && indentOf(line).length % unit === 0,
  );
  if (spaced && !evenly) return null;
  const view = base.view.map((each) => ({ ...each, text: spaced ? toTabs(each.text) : toBlanks(each.text) }));
  if (view.every(({ text }, at) => text === base.view[at]?.text)) return null;
  if (!spaced || given.random.below(2) === 0) return { ...base, view };
  return { ...base, disk: onDisk(given.lines.map(toTabs)) };
};

const trailingBlanks: Drift = (given) => {
  const base = plain(given);
  const chosen = new Set(context(given).filter(() => given.random.below(2) === 0));
  if (chosen.size === 0) return null;
  const blanks = given.random.pick([" ", "  ", "\t"]);
  const longer = (text: string, line: number | null): string => (line !== null && chosen.has(line) ? text + blanks : text);
  if (given.random.below(2) === 0)
    return { ...base, view: base.view.map((each) => ({ ...each, text: longer(each.text, each.line) })) };
  return { ...base, disk: base.disk.map((each, line) => ({ ...each, text: longer(each.text, line) })) };
};

const lineEnds: Drift = (given) => {
  const base = plain(given);
  const way = given.random.below(3);
  const end = (line: number): string => (way === 0 || (way === 1 && line % 3 > 0) ? "\r\n" : "\n");
  const disk = base.disk.map((each, line) => ({ ...each, end: each.end === "" ? "" : end(line) }));
  if (way < 2) return { ...base, disk, bom: given.random.below(2) === 0 };
  return { ...base, forms: ["edit"], shape: (text) => text.replaceAll("\n", "\r\n") };
};

const lookAlikes: Drift = (given) => {
  const base = plain(given);
  const typographic = (text: string): string =>
    text
      .replace(/(?<=\S) (?=\S)/, "\u00a0")
      .replace(/-/g, "\u2013")
      .replace(/'/g, "\u2019")
      .replace(/"/g, "\u201d");
  if (given.random.below(2) === 0) {
    const view = base.view.map((each) => ({ ...each, text: typographic(each.text) }));
    return view.every(({ text }, at) => text === base.view[at]?.text) ? null : { ...base, view };
  }
  const disk = base.disk.map((each, line) =>
    line >= given.region.from && line < given.region.to ? { ...each, text: typographic(each.text) } : each,
  );
  return disk.every(({ text }, at) => text === base.disk[at]?.text) ? null : { ...base, disk };
};

const comments: Readonly<Record<string, readonly [string, string]>> = {
  "Python (gyp)": ["# ", ""],
  Shell: ["# ", ""],
  CSS: ["/* ", " */"],
  HTML: ["<!-- ", " -->"],
  Markdown: ["<!-- ", " -->"],
};

const elidedComments: Drift = (given) => {
  if (given.language === "JSON") return null;
  const [open, close] = comments[given.language] ?? ["// ", ""];
  const base = plain(given);
  const inserted = new Set(given.region.ops.flatMap((op) => (op.kind === "insert" ? [op.line + 1] : [])));
  const places = base.view.flatMap(({ line }, at) => (at > 0 && line !== null && !inserted.has(line) ? [line] : []));
  if (places.length === 0) return null;
  const at = given.random.pick(places);
  const said = `${open}what the next lines do, and why ${given.random.below(1_000)}${close}`;
  const note = { text: indentOf(given.lines[at] ?? "") + said, end: "\n" };
  const changed = given.region.ops.find(({ kind }) => kind === "change");
  const tailed = changed && given.random.below(2) === 0 ? changed.line : -1;
  const disk = base.disk.map((each, line) => (line === tailed ? { ...each, text: `${each.text} ${open}kept${close}` } : each));
  return { ...base, disk: disk.toSpliced(at, 0, note), view: shifted(base.view, at, 1), ops: shifted(base.ops, at, 1) };
};

const renamedNeighbours: Drift = (given) => {
  const base = plain(given);
  const named = context(given).filter((line) => wordsOf(given.lines[line] ?? "").length > 0);
  if (named.length < 3) return null;
  const line = given.random.pick(named);
  const word = given.random.pick(wordsOf(given.lines[line] ?? ""));
  const renamed = new Set(context(given).filter((each) => (given.lines[each] ?? "").includes(word)));
  if (named.length - renamed.size < 2) return null;
  const disk = base.disk.map((each, at) =>
    renamed.has(at) ? { ...each, text: each.text.replaceAll(word, `${word}Later`) } : each,
  );
  return { ...base, disk };
};

const movedBlocks: Drift = (given) => {
  const base = plain(given);
  const { from, to } = given.region;
  const size = Math.min(from, 5 + given.random.below(20));
  if (size < 3 || base.disk.length - to < 2) return null;
  // The block right above the region now stands at the file's end; half the time the region's first line went with it.
  const cut = given.random.below(2) === 0 && base.ops.every(({ line }) => line > from + 1) ? 1 : 0;
  const block = base.disk.slice(from - size, from + cut);
  const rest = base.disk.toSpliced(from - size, size + cut);
  const end = rest.map((each) => ({ ...each, end: "\n" }));
  const disk = [...end, ...block].map((each, at) => ({ ...each, end: at === base.disk.length - 1 ? "" : "\n" }));
  const view = base.view.map((each, at) => ({ ...each, line: at < cut ? null : (each.line ?? 0) - size - cut }));
  return { ...base, disk, view, ops: base.ops.map((op) => ({ ...op, line: op.line - size - cut })), lineShift: size + cut };
};

const staleContext: Drift = (given) => {
  const base = plain(given);
  const line = given.random.pick(context(given));
  const beside = given.region.ops.some((op) => Math.abs(op.line - line) < 2);
  if (context(given).length < 4 || beside || (given.lines[line] ?? "").trim().length < 4) return null;
  const written = {
    text: `${indentOf(given.lines[line] ?? "")}somebody wrote another line ${given.random.below(1_000)}`,
    end: "\n",
  };
  const way = given.random.below(3);
  if (way === 0) return { ...base, disk: base.disk.toSpliced(line, 1, written) };
  if (way === 1) {
    return {
      ...base,
      disk: base.disk.toSpliced(line, 0, written),
      view: shifted(base.view, line, 1),
      ops: shifted(base.ops, line, 1),
    };
  }
  const view = base.view.map((each) => (each.line === line ? { ...each, line: null } : each));
  return { ...base, disk: base.disk.toSpliced(line, 1), view: shifted(view, line + 1, -1), ops: shifted(base.ops, line + 1, -1) };
};

const wrongLineNumbers: Drift = (given) => ({
  ...plain(given),
  forms: ["unified"],
  lineShift: given.random.pick([-40, -7, -1, 1, 3, 25, 300]),
  wrongCounts: given.random.below(2) === 0,
});

const partialLines: Drift = (given) => {
  const base = plain(given);
  const [first, last] = [base.view[0], base.view.at(-1)];
  if (!first || !last || base.ops.some(({ line }) => line === first.line || line === last.line)) return null;
  const head = /^\s*\S+\s+(?=\S)/.exec(first.text)?.[0].length ?? 0;
  const tail = /\s+\S+$/.exec(last.text)?.index ?? last.text.length;
  if (head === 0 || last.text.slice(0, tail).trim() === "") return null;
  const deep = base.view.slice(1).every(({ text }) => text.trim() === "" || text.startsWith("  "));
  const dedent = deep && given.random.below(2) === 0;
  const view = base.view.map((each, at) => {
    if (at === 0) return { ...each, text: each.text.slice(head) };
    const text = each === last ? each.text.slice(0, tail) : each.text;
    return { ...each, text: dedent && text.trim() !== "" ? text.slice(2) : text };
  });
  return { ...base, view, forms: ["edit"] };
};

const duplicatedRegions: Drift = (given) => {
  const base = plain(given);
  const copied = base.disk.slice(given.region.from, given.region.to);
  const named = context(given).filter((line) => wordsOf(given.lines[line] ?? "").length > 0);
  if (named.length < 2) return null;
  const line = given.random.pick(named);
  const word = given.random.pick(wordsOf(given.lines[line] ?? ""));
  // One in five is the same to the letter: nobody can tell which is meant, and nothing may land.
  const same = given.random.below(5) === 0;
  const copy = copied.map((each) => ({ text: same ? each.text : each.text.replaceAll(word, `${word}Two`), end: "\n" }));
  const view = base.view.map((each) => ({ ...each, text: given.random.below(3) === 0 ? `${each.text} ` : each.text }));
  const above = given.random.below(2) === 0;
  const at = above ? Math.max(0, given.region.from - 3) : given.region.to;
  if (!above && base.disk.length === given.region.to) return null;
  const by = above ? copy.length : 0;
  return { ...base, disk: base.disk.toSpliced(at, 0, ...copy), view: shifted(view, at, by), ops: shifted(base.ops, at, by) };
};

const escapedText: Drift = (given) => {
  const numbered = (text: string): string =>
    text
      .split("\n")
      .map((line, at) => `${given.region.from + at + 1}| ${line}`)
      .join("\n");
  const markup = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
  const shapes = [
    (text: string) => JSON.stringify(text).slice(1, -1),
    (text: string) => text.replace(/["']/g, (quote) => `\\${quote}`),
    markup,
    numbered,
    (text: string) => `\`\`\`\n${text}\n\`\`\``,
  ];
  const shape = given.random.pick(shapes);
  const base = plain(given);
  const sent = base.view.map(({ text }) => text).join("\n");
  return shape(sent) === sent ? null : { ...base, forms: ["edit"], shape };
};

/** Every kind of drift, by the name that the benchmark prints. */
export const drifts: Readonly<Record<string, Drift>> = {
  indentation,
  tabs,
  "trailing blanks": trailingBlanks,
  "line ends": lineEnds,
  "look-alikes": lookAlikes,
  "elided comments": elidedComments,
  "renamed neighbours": renamedNeighbours,
  "moved blocks": movedBlocks,
  "stale context": staleContext,
  "wrong line numbers": wrongLineNumbers,
  "partial lines": partialLines,
  "duplicated regions": duplicatedRegions,
  "escaped text": escapedText,
};
