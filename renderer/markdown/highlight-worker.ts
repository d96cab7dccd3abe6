/** Owns the grammars, for the life of the worker. A text that is hostile to regular expressions holds up only this thread. */
import { createHighlighterCore, type HighlighterCore, type LanguageInput, type ThemedToken } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import type { CodeKind, CodeToken, HighlightAnswer, HighlightRequest } from "./highlight-protocol.ts";

const grammars: Record<string, LanguageInput> = {
  bash: () => import("shiki/langs/bash.mjs"),
  c: () => import("shiki/langs/c.mjs"),
  cpp: () => import("shiki/langs/cpp.mjs"),
  csharp: () => import("shiki/langs/csharp.mjs"),
  css: () => import("shiki/langs/css.mjs"),
  dart: () => import("shiki/langs/dart.mjs"),
  diff: () => import("shiki/langs/diff.mjs"),
  docker: () => import("shiki/langs/docker.mjs"),
  elixir: () => import("shiki/langs/elixir.mjs"),
  go: () => import("shiki/langs/go.mjs"),
  graphql: () => import("shiki/langs/graphql.mjs"),
  haskell: () => import("shiki/langs/haskell.mjs"),
  html: () => import("shiki/langs/html.mjs"),
  ini: () => import("shiki/langs/ini.mjs"),
  java: () => import("shiki/langs/java.mjs"),
  javascript: () => import("shiki/langs/javascript.mjs"),
  json: () => import("shiki/langs/json.mjs"),
  jsonc: () => import("shiki/langs/jsonc.mjs"),
  jsx: () => import("shiki/langs/jsx.mjs"),
  kotlin: () => import("shiki/langs/kotlin.mjs"),
  lua: () => import("shiki/langs/lua.mjs"),
  make: () => import("shiki/langs/make.mjs"),
  markdown: () => import("shiki/langs/markdown.mjs"),
  nix: () => import("shiki/langs/nix.mjs"),
  php: () => import("shiki/langs/php.mjs"),
  powershell: () => import("shiki/langs/powershell.mjs"),
  python: () => import("shiki/langs/python.mjs"),
  r: () => import("shiki/langs/r.mjs"),
  ruby: () => import("shiki/langs/ruby.mjs"),
  rust: () => import("shiki/langs/rust.mjs"),
  scala: () => import("shiki/langs/scala.mjs"),
  scss: () => import("shiki/langs/scss.mjs"),
  sql: () => import("shiki/langs/sql.mjs"),
  svelte: () => import("shiki/langs/svelte.mjs"),
  swift: () => import("shiki/langs/swift.mjs"),
  toml: () => import("shiki/langs/toml.mjs"),
  tsx: () => import("shiki/langs/tsx.mjs"),
  typescript: () => import("shiki/langs/typescript.mjs"),
  vue: () => import("shiki/langs/vue.mjs"),
  xml: () => import("shiki/langs/xml.mjs"),
  yaml: () => import("shiki/langs/yaml.mjs"),
  zig: () => import("shiki/langs/zig.mjs"),
};
const others: Record<string, string> = {
  "c++": "cpp",
  cc: "cpp",
  h: "c",
  hpp: "cpp",
  cs: "csharp",
  "c#": "csharp",
  dockerfile: "docker",
  ex: "elixir",
  exs: "elixir",
  golang: "go",
  gql: "graphql",
  hs: "haskell",
  htm: "html",
  properties: "ini",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  json5: "jsonc",
  kt: "kotlin",
  makefile: "make",
  md: "markdown",
  mdx: "markdown",
  patch: "diff",
  ps1: "powershell",
  py: "python",
  rb: "ruby",
  rs: "rust",
  sh: "bash",
  shell: "bash",
  zsh: "bash",
  console: "bash",
  shellscript: "bash",
  svg: "xml",
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  yml: "yaml",
};

const longestLine = 2_000;
/** What the theme's colours mean. Which colour a kind has here is the page's to say, in both themes. */
const theme = "github-light-default";
const kinds: Record<string, CodeKind> = {
  "#6e7781": "comment",
  "#0550ae": "constant",
  "#82071e": "deleted",
  "#8250df": "function",
  "#116329": "inserted",
  "#cf222e": "keyword",
  "#953800": "name",
  "#0a3069": "string",
};

let made: Promise<HighlighterCore> | null = null;

function highlighter(): Promise<HighlighterCore> {
  made ??= createHighlighterCore({
    themes: [import("shiki/themes/github-light-default.mjs")],
    langs: [],
    engine: createJavaScriptRegexEngine({ forgiving: true }),
  });
  return made;
}

async function highlight(code: string, asked: string): Promise<CodeToken[][] | null> {
  const lower = asked.toLowerCase();
  const lang = others[lower] ?? lower;
  const grammar = Object.hasOwn(grammars, lang) ? grammars[lang] : undefined;
  if (!grammar) return null;
  const core = await highlighter();
  if (!core.getLoadedLanguages().includes(lang)) await core.loadLanguage(grammar);
  // No limit of time a line: on a busy machine it cuts off the first lines, and the page ends what takes too long.
  const options = { lang, theme, tokenizeMaxLineLength: longestLine, tokenizeTimeLimit: 0 };
  return core.codeToTokensBase(code, options).map((line) => line.reduce(joined, []));
}

function joined(before: CodeToken[], { content, color }: ThemedToken): CodeToken[] {
  const kind = kinds[color?.toLowerCase() ?? ""] ?? null;
  const last = before.at(-1);
  if (last?.kind === kind) last.text += content;
  else before.push({ text: content, kind });
  return before;
}

self.addEventListener("message", ({ data: { id, code, lang } }: MessageEvent<HighlightRequest>) => {
  const answer = (found: HighlightAnswer): void => self.postMessage(found);
  highlight(code, lang).then(
    (lines) => answer({ id, failed: false, lines }),
    () => answer({ id, failed: true }),
  );
});
