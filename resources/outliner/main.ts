import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { parentPort } from "node:worker_threads";
import { Language, Parser } from "web-tree-sitter";
import {
  outlineLanguages,
  type OutlineAnswer,
  type OutlineLanguage,
  type OutlineRequest,
} from "../../shared/outline-messages.ts";
import { symbolsOf } from "./symbols.ts";

// Reads the outlines of files. A thread of its own, since a file may be made to take time without end; its grammars are
// loaded when a file needs them. Lasts until it is told to end.

const grammars = path.join(path.dirname(createRequire(import.meta.url).resolve("@vscode/tree-sitter-wasm")), "../wasm");
const parseMs = 2_000;

let begun: Promise<void> | null = null;
const languages = new Map<OutlineLanguage, Promise<Language>>();

function languageOf(name: OutlineLanguage): Promise<Language> {
  const known = languages.get(name);
  if (known) return known;
  // It becomes part of a path.
  if (!outlineLanguages.includes(name)) throw new Error(`There is no grammar for ${name}`);
  const loading = Language.load(readFileSync(path.join(grammars, `tree-sitter-${name}.wasm`)));
  languages.set(name, loading);
  return loading;
}

async function outline({ id, language, text }: OutlineRequest): Promise<OutlineAnswer> {
  begun ??= Parser.init();
  await begun;
  const parser = new Parser();
  try {
    parser.setLanguage(await languageOf(language));
    const until = performance.now() + parseMs;
    const tree = parser.parse(text, null, { progressCallback: () => performance.now() > until });
    if (!tree) return { id, type: "failed", message: "It takes too long to read" };
    try {
      return { id, type: "outlined", ...symbolsOf(tree) };
    } finally {
      tree.delete();
    }
  } finally {
    // Memory of WebAssembly isn't given back by itself.
    parser.delete();
  }
}

async function handle(request: OutlineRequest): Promise<void> {
  const failed = (error: unknown): OutlineAnswer => ({
    id: request.id,
    type: "failed",
    message: error instanceof Error ? error.message : String(error),
  });
  parentPort?.postMessage(await outline(request).catch(failed));
}

parentPort?.on("message", (request: OutlineRequest | null) => {
  if (request) void handle(request);
  else process.exit(0);
});
