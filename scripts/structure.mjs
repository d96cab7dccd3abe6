// The structure's limits: sizes of files and functions, and ways of writing that are not ours. They may only tighten.
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { root } from "./lib/run.mjs";

const limits = {
  fileLines: 350,
  fileMedian: 66,
  fileP90: 175,
  functionLines: 70,
  componentLines: 116,
  functionP90: 21,
  factoryLines: 16,
  useEffectPerTsx: 0.17,
};

/** A table of the contract's procedures, a line each: it grows with the contract, and splitting it would hide a gap. */
const tables = new Set(["electron/rpc/router.ts"]);

/** Functions that were too long when the limits came: "file: function". The list only gets shorter. */
const oversize = new Set(JSON.parse(readFileSync(path.join(root, "scripts/lib/oversize.json"), "utf8")));

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
  {
    name: "a case for one agent (what an agent is stands in the catalogue, as data)",
    pattern: /\b(?:agent|agentId|[aA]gent\w*\.id)\s*[!=]==?\s*["'`]\w|["'`]\w+["'`]\s*[!=]==?\s*(?:agentId|agent\.id)\b/,
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
    for (const { name, line, problem } of oversizeIn(file, text)) {
      if (!oversize.has(`${file}: ${name}`)) problems.push(`${file}:${line}: ${name} ${problem}`);
    }
  }
  return problems;
}

function oversizeIn(file, text) {
  return functionsOf(file, text).flatMap(({ name, line, length, limit, factory }) => {
    if (length > limit) return [{ name, line, problem: `has ${length} lines, over ${limit}` }];
    // What a hook returns to its component is functions, by React's own ways.
    if (!factory || length <= limits.factoryLines || /^use[A-Z]/.test(name)) return [];
    return [{ name, line, problem: `holds its state in closures over ${length} lines: make it a class` }];
  });
}

/** The text with strings and comments blanked, so that a rule doesn't trip over a sentence. */
function codeOf(text) {
  const blank = (part) => part.replace(/[^\n]/g, " ");
  return text.replace(/"(?:[^"\\\n]|\\.)*"|\/\*[^]*?\*\/|(?<=^|\s)\/\/[^\n]*/g, blank);
}

/**
 * Returns each function with its whole length, however it is written: a closure counts with everything in it, and a
 * callback without a name belongs to the function around it, if there is one. A class isn't a function; its methods are.
 */
export function functionsOf(file, text) {
  const source = sourceOf(file, text);
  const found = [];
  const lineOf = (position) => source.getLineAndCharacterOfPosition(position).line + 1;
  const visit = (node) => {
    ts.forEachChild(node, visit);
    const name = ts.isFunctionLike(node) && node.body ? nameOf(node) : null;
    if (name === null) return;
    const component = file.endsWith(".tsx") && /^[A-Z]/.test(name);
    found.push({
      name,
      line: lineOf(node.getStart()),
      length: lineOf(node.end) - lineOf(node.getStart()) + 1,
      limit: component ? limits.componentLines : limits.functionLines,
      factory: returnsClosures(node),
    });
  };
  visit(source);
  return found;
}

function sourceOf(file, text) {
  const kind = file.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true, kind);
}

/** What a function is called: by itself, by what holds it, or, outside of any function, as what it is. */
function nameOf(node) {
  if (ts.isConstructorDeclaration(node)) return "constructor";
  const holder = node.parent;
  if (node.name) return node.name.getText();
  if (ts.isVariableDeclaration(holder) || ts.isPropertyAssignment(holder) || ts.isPropertyDeclaration(holder))
    return holder.name.getText();
  if (ts.isBinaryExpression(holder) && holder.operatorToken.kind === ts.SyntaxKind.EqualsToken) return holder.left.getText();
  return ts.findAncestor(holder, ts.isFunctionLike) ? null : "a callback";
}

/**
 * Whether a function is a factory of closures: what it returns is an object with functions that live in its scope,
 * however either of them is written. A method of a class may: its object has the class to hold its state.
 */
function returnsClosures(node) {
  if (ts.isConstructorDeclaration(node)) return false;
  return returnedBy(node).some(
    (object) => object.properties.filter((member) => isClosure(member, innerFunctions(node))).length > 1,
  );
}

/** The object literals that a function returns from its own statements. */
function returnedBy({ body }) {
  const values = ts.isBlock(body) ? body.statements.filter(ts.isReturnStatement).map(({ expression }) => expression) : [body];
  return values.map((value) => value && bare(value)).filter((value) => value && ts.isObjectLiteralExpression(value));
}

/** An expression without the brackets and type assertions around it. */
function bare(value) {
  return ts.isParenthesizedExpression(value) || ts.isAsExpression(value) || ts.isSatisfiesExpression(value)
    ? bare(value.expression)
    : value;
}

/** The names of the functions among a function's own statements. */
function innerFunctions({ body }) {
  if (!ts.isBlock(body)) return new Set();
  return new Set(
    body.statements.flatMap((statement) => {
      if (ts.isFunctionDeclaration(statement)) return [statement.name?.text];
      if (!ts.isVariableStatement(statement)) return [];
      return statement.declarationList.declarations
        .filter(({ initializer }) => initializer && ts.isFunctionLike(initializer))
        .map(({ name }) => name.getText());
    }),
  );
}

function isClosure(member, inner) {
  if (ts.isMethodDeclaration(member)) return true;
  if (ts.isShorthandPropertyAssignment(member)) return inner.has(member.name.text);
  if (!ts.isPropertyAssignment(member)) return false;
  return ts.isFunctionLike(member.initializer) || inner.has(member.initializer.getText());
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
  const long = new Set(code.flatMap(({ file, text }) => oversizeIn(file, text).map(({ name }) => `${file}: ${name}`)));
  return {
    problems: measures
      .filter(([, value, limit]) => value > limit)
      .map(([name, value, limit]) => `${name}: ${value}, over ${limit}`),
    stale: [...oversize].filter((entry) => !long.has(entry)),
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
  const stale = whole.stale.map((entry) => `scripts/lib/oversize.json: "${entry}" isn't too long any more: take it out`);
  const problems = [...files.flatMap(({ file, text }) => problemsOf(file, text)), ...whole.problems, ...stale];
  for (const problem of problems) console.error(problem);
  console.log(`${files.length} files · ${whole.summary}`);
  process.exit(problems.length > 0 ? 1 : 0);
}
