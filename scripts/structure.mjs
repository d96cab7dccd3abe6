// The structure's limits: sizes of files and functions, and ways of writing that are not ours. They may only tighten.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { root } from "./lib/run.mjs";

const limits = {
  fileLines: 350,
  fileMedian: 110,
  fileP90: 260,
  functionLines: 80,
  componentLines: 120,
  functionP90: 40,
  useEffectPerTsx: 0.3,
};

/** A table of the contract's procedures, a line each: it grows with the contract, and splitting it would hide a gap. */
const tables = new Set(["electron/rpc/router.ts"]);

/** `test`: holds in tests too. `comments`: what comments and strings say counts as well. */
const banned = [
  { name: "any", pattern: /\bas any\b|: any\b|<any>|\bany\[\]/ },
  { name: "as unknown as", pattern: /\bas unknown as\b/ },
  { name: "non-erasable syntax", pattern: /^\s*(export )?(const )?enum \w|^\s*(declare )?namespace \w/m, test: true },
  {
    name: "a check switched off",
    pattern: /(?:oxlint|eslint)-disable|@ts-(?:ignore|nocheck|expect-error)|(?:prettier|oxfmt)-ignore/,
    test: true,
    comments: true,
  },
  {
    name: "an empty catch without a reason",
    pattern: /catch\s*(\([^)]*\))?\s*\{\s*\}|\.catch\(\(\)\s*=>\s*(\{\s*\}|undefined|null)\)/,
    comments: true,
  },
  { name: "unfinished work", pattern: /(?:\/\/|\*).*\b(?:TODO|FIXME|XXX|HACK)\b|"not implemented/i, test: true, comments: true },
  { name: "a re-export", pattern: /^export (\*|\{[^}]*\}|type \{[^}]*\}) from /m, test: true },
  {
    name: "a reference outside the project",
    pattern: /\.\.\/shared\/(spec|design|agents)\b|\/work\/shared/,
    test: true,
    comments: true,
  },
  { name: "a module mock", pattern: /\bvi\.(mock|doMock|hoisted)\(/, test: true },
  { name: "a skipped or lone test", pattern: /\b(it|test|describe)\.(only|todo)\b|\b(it|test|describe)\.skip\(/, test: true },
  { name: "a sleep in a test", pattern: /setTimeout\(\s*(r|res|resolve|done)\s*,|\bsleep\(\s*\d/, onlyTests: true },
];

/** Waiting for a condition, and fakes that have to be slow, are the two places where tests may touch real time. */
const mayWait = /^electron\/testing\//;

export function isTest(file) {
  return /\.test\.tsx?$/.test(file) || file.startsWith("tests/") || file.startsWith("electron/testing/");
}

/** Violations of one file's text, each as a line for a person. */
export function problemsOf(file, text) {
  const test = isTest(file);
  const problems = [];
  for (const rule of banned) {
    if (rule.onlyTests ? !test || mayWait.test(file) : test && !rule.test) continue;
    const at = (rule.comments ? text : codeOf(text)).search(rule.pattern);
    if (at !== -1) problems.push(`${file}:${text.slice(0, at).split("\n").length}: ${rule.name}`);
  }
  const lines = text.split("\n").length - 1;
  if (lines > limits.fileLines) problems.push(`${file}: ${lines} lines, over ${limits.fileLines}`);
  if (!/^[a-z0-9]+([.-][a-z0-9]+)*\.(ts|tsx|mjs|cjs)$/.test(path.basename(file)))
    problems.push(`${file}: its name isn't kebab-case`);
  if (file.split("/").length > 5) problems.push(`${file}: deeper than four folders`);
  if (!test && !tables.has(file)) {
    for (const { name, line, length, limit } of functionsOf(file, text)) {
      if (length > limit) problems.push(`${file}:${line}: ${name} has ${length} lines, over ${limit}`);
    }
  }
  return problems;
}

/** The text with strings and comments blanked, so that a rule doesn't trip over a sentence. */
function codeOf(text) {
  const blank = (part) => part.replace(/[^\n]/g, " ");
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\/\*[^]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, blank);
}

/** Length of each function; a function whose lines are mostly inner functions counts only the lines of its own. */
export function functionsOf(file, text) {
  const source = ts.createSourceFile(
    file,
    text,
    ts.ScriptTarget.Latest,
    true,
    file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS,
  );
  const found = [];
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node) => {
    let inner = 0;
    ts.forEachChild(node, (child) => {
      inner += visit(child);
    });
    if (!ts.isFunctionLike(node) || !("body" in node) || !node.body) return inner;
    const whole = lineOf(node.end) - lineOf(node.getStart()) + 1;
    const name =
      node.name?.getText() ?? (node.parent && ts.isVariableDeclaration(node.parent) ? node.parent.name.getText() : "a function");
    const component = file.endsWith(".tsx") && /^[A-Z]/.test(name);
    // Named inner functions are rooms of their own (the factory style); anonymous callbacks belong to the function.
    found.push({
      name,
      line: lineOf(node.getStart()),
      length: Math.max(1, whole - inner),
      limit: component ? limits.componentLines : limits.functionLines,
    });
    return ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || isNamed(node) ? whole : inner;
  };
  visit(source);
  return found;
}

function isNamed(node) {
  return (
    node.parent &&
    (ts.isVariableDeclaration(node.parent) || ts.isPropertyAssignment(node.parent) || ts.isPropertyDeclaration(node.parent))
  );
}

function percentile(values, share) {
  return values.toSorted((a, b) => a - b)[Math.floor((values.length - 1) * share)] ?? 0;
}

/** What holds over all files together. */
export function problemsOfAll(files) {
  const code = files.filter(({ file }) => !isTest(file) && /^(shared|electron|renderer|resources)\//.test(file));
  const lines = code.map(({ text }) => text.split("\n").length - 1);
  const functions = code.flatMap(({ file, text }) => functionsOf(file, text).map(({ length }) => length));
  const pages = code.filter(({ file }) => file.endsWith(".tsx"));
  const effects = pages.reduce((sum, { text }) => sum + (text.match(/\buseEffect\(/g)?.length ?? 0), 0);
  const measures = [
    ["median lines of a file", percentile(lines, 0.5), limits.fileMedian],
    ["90 % of files have at most", percentile(lines, 0.9), limits.fileP90],
    ["90 % of functions have at most", percentile(functions, 0.9), limits.functionP90],
    ["useEffect per component file", pages.length === 0 ? 0 : effects / pages.length, limits.useEffectPerTsx],
  ];
  return {
    problems: measures
      .filter(([, value, limit]) => value > limit)
      .map(([name, value, limit]) => `${name}: ${value}, over ${limit}`),
    summary: measures.map(([name, value]) => `${name} ${Math.round(value * 100) / 100}`).join(" · "),
  };
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const names = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
    cwd: root,
    encoding: "utf8",
  })
    .split("\0")
    .filter(
      (file) =>
        /^(shared|electron|renderer|resources|tests|scripts|bin)\/.*\.(ts|tsx|mjs)$/.test(file) &&
        !file.startsWith("scripts/structure."),
    );
  const files = [...new Set(names)].flatMap((file) => {
    try {
      return [{ file, text: readFileSync(path.join(root, file), "utf8") }];
    } catch {
      return []; // Still in the index, gone from the folder.
    }
  });
  const whole = problemsOfAll(files);
  const problems = [...files.flatMap(({ file, text }) => problemsOf(file, text)), ...whole.problems];
  for (const problem of problems) console.error(problem);
  console.log(`${files.length} files · ${whole.summary}`);
  process.exit(problems.length > 0 ? 1 : 0);
}
