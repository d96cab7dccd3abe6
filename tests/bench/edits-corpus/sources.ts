import { globSync, readFileSync, statSync } from "node:fs";
import path from "node:path";

const root = path.resolve(import.meta.dirname, "../../..");

/** Where real code of each language stands in the project and in the packages it is built with. */
const places: Readonly<Record<string, readonly string[]>> = {
  TypeScript: ["electron/{runs,changes,git,terminals}/*.ts", "shared/*.ts"],
  TSX: ["renderer/*/*.tsx"],
  JavaScript: ["scripts/*.mjs", "node_modules/{ws,commander,semver}/lib/*.js"],
  C: ["node_modules/better-sqlite3/deps/sqlite3/sqlite3{ext,}.h"],
  "C++": ["node_modules/better-sqlite3/src/**/*.cpp", "node_modules/node-addon-api/napi-inl.h"],
  "Python (gyp)": ["node_modules/{better-sqlite3,node-addon-api}/{,deps/}*.gyp"],
  CSS: ["renderer/**/*.css", "node_modules/@xterm/xterm/css/*.css"],
  HTML: ["node_modules/tsconfig-paths-webpack-plugin/coverage/**/*.html"],
  Markdown: ["docs/*.md", "node_modules/{ws,commander,zod,yaml,semver}/*.md"],
  JSON: ["node_modules/{vite,react,knip,drizzle-kit,shiki}/package.json", "node_modules/knip/schema.json"],
  Shell: ["node_modules/better-sqlite3/deps/*.sh"],
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
