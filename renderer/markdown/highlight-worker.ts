/** Owns the grammars, for the life of the worker. A text that is hostile to regular expressions holds up only this thread. */
import { createHighlighterCore, type HighlighterCore, type LanguageInput } from "shiki/core";
import { createJavaScriptRegexEngine } from "shiki/engine/javascript";
import type { HighlightAnswer, HighlightRequest, CodeToken } from "./highlight-protocol.ts";

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
const themes = { light: "github-light-default", dark: "github-dark-default" } as const;
/** The themes' comments are too faint on our surfaces for 4.5 : 1. */
const colorReplacements: Record<string, Record<string, string>> = {
  [themes.light]: { "#6e7781": "#59626c" },
  [themes.dark]: { "#8b949e": "#949da7" },
};

let made: Promise<HighlighterCore> | null = null;

function highlighter(): Promise<HighlighterCore> {
  made ??= createHighlighterCore({
    themes: [import("shiki/themes/github-light-default.mjs"), import("shiki/themes/github-dark-default.mjs")],
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
  const lines = core.codeToTokensWithThemes(code, {
    lang,
    themes,
    colorReplacements,
    tokenizeMaxLineLength: longestLine,
    tokenizeTimeLimit: 200,
  });
  return lines.map((line) =>
    line.map(({ content, variants }) => ({
      text: content,
      light: variants.light?.color ?? "inherit",
      dark: variants.dark?.color ?? "inherit",
      style: Math.max(0, variants.light?.fontStyle ?? 0),
    })),
  );
}

self.addEventListener("message", ({ data }: MessageEvent<HighlightRequest>) => {
  const answer = (lines: CodeToken[][] | null): void => self.postMessage({ id: data.id, lines } satisfies HighlightAnswer);
  // Without colours the code is as readable: a grammar that fails to load or to match is no error to show.
  highlight(data.code, data.lang).then(answer, () => answer(null));
});
