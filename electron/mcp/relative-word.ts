import path from "node:path";
import type { McpEntry } from "../../shared/mcp-entry.ts";
import { programNameOf, unwrapped } from "./command-wrappers.ts";
import { containerWords } from "./container-words.ts";
import { isRunner, packagesOf } from "./package-runners.ts";

type Program = Extract<McpEntry, { type: "stdio" }>;

/** Their first word that is no option is a file that they run. */
const interpreters =
  /^(node|nodejs|python[\d.]*|pypy[\d.]*|deno|bun|tsx|ts-node|ruby|perl|php[\d.]*|lua[\d.]*|Rscript|fish|(ba|da|z|k|a)?sh)$/;
/** In place of a file: `deno run`, `bun x`. */
const subcommands = /^(run|serve|x|exec|task|start)$/;
/** The next word is code or a module, and what that brings in is looked for in the current folder. */
const codeOptions = /^(-c|-lc|-e|-m|-p|--eval|--print|-r|--require|--import|--loader|--experimental-loader)$/;
/** They look in the current folder for packages, settings or tasks that decide what runs. */
const folderReaders =
  /^(npm|pnpm|yarn|yarnpkg|corepack|bun|deno|uv|poetry|pdm|hatch|rye|pixi|tsx|ts-node|make|just|task|cargo|go|mvn|gradle|mise|direnv|nix|cmd|powershell|pwsh)$/;
/** They make another folder the current one, from which the words after count. */
const folderOptions = /^(--directory|--cwd|--dir|--prefix|-C)$/;
const codeFile = /\.([cm]?[jt]sx?|py|pyz|rb|php|jar|dll|so|dylib|node|wasm|exe|bat|cmd|ps1|json|ya?ml|toml|env)$/i;
/** Variables out of which programs take what they run: paths, or words that name some. */
const loaderVariables =
  /^(PATH|NODE_OPTIONS|NODE_PATH|PYTHONPATH|PYTHONHOME|PYTHONSTARTUP|RUBYLIB|RUBYOPT|PERL5LIB|CLASSPATH|BASH_ENV|ENV|LD_PRELOAD|LD_LIBRARY_PATH|DYLD_\w+)$/;

/** Of those: lists of folders, in which an empty one is the current folder. */
const folderLists = /^(PATH|NODE_PATH|PYTHONPATH|RUBYLIB|PERL5LIB|CLASSPATH|LD_LIBRARY_PATH|DYLD_\w+_PATH)$/;
/** Of a variable's options: a module by its name, which is looked for in the current folder. */
const loadsModule = /(^|\s)(-r|--require|--import|--loader|--experimental-loader)[\s=]/;

/**
 * A word of a server's that names a file by its place in whatever folder the server begins in: there it is another file
 * in each project, and nobody approved any of them. null where there is none.
 */
export function relativeWord(entry: Program): string | null {
  if (isPath(entry.command) && !isWholePath(entry.command)) return entry.command;
  const { command, args, folder } = unwrapped(entry);
  if (folder !== null && !isWholePath(folder)) return folder;
  // What is named by its place counts from there then.
  if (folder !== null) return relativeVariable(entry.env);
  if (isPath(command) && !isWholePath(command)) return command;
  const name = programNameOf(command);
  return relativeArgument(name, containerWords(name, args) ?? args) ?? relativeVariable(entry.env);
}

/**
 * Whether it is a program that looks into the current folder for what it runs. It begins in a folder of Hearth's own:
 * in a project's, a package of the project would take the place of the one that was approved.
 */
export function readsFolder(entry: Program): boolean {
  const { command, args } = unwrapped(entry);
  const name = programNameOf(command);
  return (
    isRunner(command, args) ||
    folderReaders.test(name) ||
    (interpreters.test(name) && (args.some(isCodeOption) || isLoadedInto(entry.env)))
  );
}

function relativeArgument(name: string, args: readonly string[]): string | null {
  const isFolderBound = readsFolder({ type: "stdio", command: name, args: [...args], env: {}, shared: false });
  const packages = packagesOf(name, args);
  let script = interpreters.test(name);
  for (let at = 0; at < args.length; at += 1) {
    const word = args[at] ?? "";
    const [option = "", inWord] = word.split(/=(.*)/s);
    if (isFolderBound && folderOptions.test(option)) {
      const folder = inWord ?? args[at + 1] ?? "";
      return isWholePath(folder) ? null : folder;
    }
    if (packages.includes(word) && !/^[.~]/.test(word)) continue;
    if (script && codeOptions.test(word)) {
      const found = relativeInCode(args[at + 1] ?? "");
      if (found) return found;
      at += 1;
      script = false;
    } else if (word.startsWith("-")) {
      const value = word.slice(word.indexOf("=") + 1);
      if (value !== word && isRelativeFile(value, isFolderBound)) return word;
    } else if (script && !(/^(deno|bun)$/.test(name) && subcommands.test(word))) {
      if (!isWholePath(word) && !hasScheme(word)) return word;
      script = false;
    } else if (isRelativeFile(word, isFolderBound)) return word;
  }
  return null;
}

/** `.` alone is whatever project is worked in, which a server that begins there may be meant for. */
function isRelativeFile(word: string, isFolderBound: boolean): boolean {
  if (/^\.{1,2}$/.test(word)) return isFolderBound;
  if (/^(\.{1,2}|~[\w.-]*)[/\\]/.test(word)) return true;
  return codeFile.test(word) && !isWholePath(word) && !hasScheme(word) && !/\s/.test(word);
}

/** Of a script in a word: a shell's, or a program's for an interpreter. */
function relativeInCode(code: string): string | null {
  const words = code.split(/[\s;|&<>()"'`=,]+/);
  return (
    words.find((word) => /^\.{1,2}[/\\]/.test(word) || (codeFile.test(word) && !isWholePath(word) && !hasScheme(word))) ?? null
  );
}

function relativeVariable(env: Readonly<Record<string, string>>): string | null {
  for (const [name, value] of Object.entries(env)) {
    if (!loaderVariables.test(name) || value === "") continue;
    const places = folderLists.test(name)
      ? value.split(path.delimiter)
      : value.split(/[\s:;=]+/).filter((word) => /^[.~]|[/\\]/.test(word));
    if (places.some((place) => !isWholePath(place) && !place.startsWith("${"))) return `${name}=${value}`;
  }
  return null;
}

/** Also as one word with its value: `--import=tsx`, `-mserver`. */
function isCodeOption(word: string): boolean {
  return codeOptions.test(word.split("=", 1)[0] ?? "") || /^-[a-zA-Z]*[mM](\w|$)/.test(word);
}

function isLoadedInto(env: Readonly<Record<string, string>>): boolean {
  return ["NODE_OPTIONS", "RUBYOPT"].some((name) => loadsModule.test(`${env[name] ?? ""} `));
}

function isPath(command: string): boolean {
  return /[/\\]/.test(command);
}

function isWholePath(word: string): boolean {
  return path.isAbsolute(word) || path.win32.isAbsolute(word);
}

function hasScheme(word: string): boolean {
  return /^[a-z][a-z\d+.-]+:/i.test(word);
}
