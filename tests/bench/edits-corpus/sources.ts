import { createHash } from "node:crypto";
import { globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../../node_modules");

/**
 * Where real code of each language stands in packages. Their versions are locked, so the corpus is the same until one of
 * them is updated; the project's own sources, which change every day, are none of it.
 */
const places: Readonly<Record<string, readonly string[]>> = {
  TypeScript: ["{ai/src/generate-text,css-select/src,htmlparser2/src,zod/src/v4/core}/*.ts"],
  TSX: ["@tanstack/react-virtual/src/*.tsx"],
  JavaScript: ["{ws,commander,semver}/lib/*.js", "magic-string/dist/index.mjs"],
  C: ["better-sqlite3/deps/sqlite3/sqlite3{ext,}.h"],
  "C++": ["better-sqlite3/src/**/*.cpp", "node-addon-api/napi-inl.h"],
  "Python (gyp)": ["{better-sqlite3,node-addon-api}/{,deps/}*.gyp"],
  CSS: ["@xterm/xterm/css/*.css", "streamdown/styles.css", "tailwindcss/{theme,preflight}.css"],
  HTML: ["tsconfig-paths-webpack-plugin/coverage/**/*.html"],
  Markdown: ["{ws,commander,zod,yaml,semver}/*.md"],
  JSON: ["{vite,react,knip,drizzle-kit,shiki}/package.json", "knip/schema.json"],
  Shell: ["better-sqlite3/deps/*.sh"],
};

export type Source = { language: string; file: string; text: string };

/** Files of a length that edits can be made in; a very long one is cut, so that a run takes a minute and not an hour. */
export function sources(): Source[] {
  return Object.entries(places).flatMap(([language, patterns]) =>
    globSync([...patterns], { cwd: root })
      .toSorted()
      .filter((file) => statSync(path.join(root, file)).size > 800)
      .slice(0, 24)
      .map((file) => {
        const text = readFileSync(path.join(root, file), "utf8")
          .replace(/^\ufeff/, "")
          .replaceAll("\r\n", "\n");
        return { language, file, text: text.split("\n").slice(0, 3_000).join("\n") };
      })
      .filter(({ text }) => text.split("\n").length >= 40),
  );
}

/** The same for the same corpus: what two runs found can be compared then. */
export function corpusHash(corpus: readonly Source[]): string {
  const hash = createHash("sha256");
  for (const { file, text } of corpus) hash.update(`${file}\0${text}\0`);
  return hash.digest("hex").slice(0, 12);
}
