import { programNameOf } from "./command-wrappers.ts";

type Runner = {
  /** The words before its own options: `dlx` of `pnpm dlx`. */
  before: readonly string[];
  /** Options that take a value. */
  valued: RegExp;
  /** Options whose value is a package. */
  named: RegExp | null;
};

const npmValued = /^(-c|--call|-w|--workspace|--registry|--cache|--userconfig|--prefix)$/;
const uvValued =
  /^(-p|--python|-i|--index|--index-url|--default-index|--extra-index-url|-c|--constraints|--directory|--project|--cache-dir|--with-requirements)$/;
const npm = { valued: npmValued, named: /^(-p|--package)$/ };
const uv = { valued: uvValued, named: /^(--from|--with)$/ };

/** Programs that fetch a package and run it, with those of their options that take a value. */
const runners: readonly (Runner & { program: string })[] = [
  { program: "npx", before: [], ...npm },
  { program: "npm", before: ["exec"], ...npm },
  { program: "npm", before: ["x"], ...npm },
  { program: "bunx", before: [], valued: /^$/, named: /^(-p|--package)$/ },
  { program: "bun", before: ["x"], valued: /^$/, named: /^(-p|--package)$/ },
  { program: "pnpx", before: [], valued: /^$/, named: /^--package$/ },
  { program: "pnpm", before: ["dlx"], valued: /^$/, named: /^--package$/ },
  { program: "yarn", before: ["dlx"], valued: /^$/, named: /^(-p|--package)$/ },
  { program: "uvx", before: [], ...uv },
  { program: "uv", before: ["tool", "run"], ...uv },
  { program: "pipx", before: ["run"], valued: /^(--python|--index-url|--pip-args)$/, named: /^--spec$/ },
];

/** Whether the command fetches packages to run them. */
export function isRunner(command: string, args: readonly string[]): boolean {
  return runnerOf(command, args) !== null;
}

/** The packages that a runner is told to bring, as they are written; none where it is no runner. */
export function packagesOf(command: string, args: readonly string[]): string[] {
  const runner = runnerOf(command, args);
  if (!runner) return [];
  const named: string[] = [];
  let replaces = false;
  for (let at = runner.before.length; at < args.length; at += 1) {
    const word = args[at] ?? "";
    const cut = word.indexOf("=");
    const [option, value] = cut < 0 ? [word, undefined] : [word.slice(0, cut), word.slice(cut + 1)];
    if (!word.startsWith("-")) return replaces ? named : [...named, word];
    if (runner.named?.test(option)) {
      named.push(value ?? args[at + 1] ?? "");
      replaces ||= option !== "--with";
    }
    if ((runner.named?.test(option) || runner.valued.test(option)) && value === undefined) at += 1;
  }
  return named;
}

function runnerOf(command: string, args: readonly string[]): Runner | null {
  const program = programNameOf(command);
  return runners.find((one) => one.program === program && one.before.every((word, at) => args[at] === word)) ?? null;
}
