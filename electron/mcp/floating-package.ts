import path from "node:path";
import type { McpEntry } from "../../shared/mcp-entry.ts";

/** Programs that fetch a package and run it, with those of their options that take a value. */
const runners: Readonly<Record<string, { before: readonly string[]; valued: RegExp; named: RegExp | null }>> = {
  npx: { before: [], valued: /^(-c|--call|-w|--workspace|--registry|--cache|--userconfig)$/, named: /^(-p|--package)$/ },
  bunx: { before: [], valued: /^$/, named: /^(-p|--package)$/ },
  pnpm: { before: ["dlx"], valued: /^$/, named: /^--package$/ },
  yarn: { before: ["dlx"], valued: /^$/, named: /^(-p|--package)$/ },
  uvx: {
    before: [],
    valued: /^(-p|--python|--with|--index|--index-url|--default-index|--extra-index-url|-c|--constraints)$/,
    named: /^--from$/,
  },
  pipx: { before: ["run"], valued: /^(--python|--index-url|--pip-args)$/, named: /^--spec$/ },
};

/**
 * The package that a server's command brings from a registry in whatever version is the newest, so that what runs can
 * become another without a word; null where its version is fixed, it is a file, or the command fetches nothing that is known.
 */
export function floatingPackage(entry: McpEntry): string | null {
  if (entry.type !== "stdio") return null;
  const program = path.basename(entry.command).replace(/\.(exe|cmd)$/i, "");
  const runner = runners[program];
  if (!runner || runner.before.some((word, at) => entry.args[at] !== word)) return null;
  const named = packageOf(entry.args.slice(runner.before.length), runner);
  if (named === null || /^[./~]|^[a-z]:[\\/]|:\/\//i.test(named)) return null;
  return isPinned(named) ? null : named;
}

function packageOf(args: readonly string[], { valued, named }: { valued: RegExp; named: RegExp | null }): string | null {
  for (let at = 0; at < args.length; at += 1) {
    const [option = "", value] = (args[at] ?? "").split("=", 2);
    if (!option.startsWith("-")) return args[at] ?? null;
    if (named?.test(option)) return value ?? args[at + 1] ?? null;
    if (valued.test(option) && value === undefined) at += 1;
  }
  return null;
}

/** A whole version after the name, as `name@1.2.3` or `name==1.2`; ranges and tags move. */
function isPinned(named: string): boolean {
  return /.@v?\d+\.\d+\.\d+(?:[-+][\w.+-]+)?$|.==\d[\w.!+-]*$/.test(named);
}
