import path from "node:path";
import type { OutlineLanguage } from "../../../shared/outline-messages.ts";

const endings: Readonly<Record<OutlineLanguage, readonly string[]>> = {
  bash: ["sh", "bash", "zsh"],
  "c-sharp": ["cs"],
  cpp: ["c", "h", "cc", "cpp", "cxx", "hh", "hpp", "hxx"],
  go: ["go"],
  java: ["java"],
  javascript: ["js", "cjs", "mjs", "jsx"],
  php: ["php"],
  powershell: ["ps1", "psm1"],
  python: ["py", "pyi"],
  ruby: ["rb", "rake"],
  rust: ["rs"],
  tsx: ["tsx"],
  typescript: ["ts", "mts", "cts"],
};

const byEnding = new Map(
  Object.entries(endings).flatMap(([language, names]) => names.map((name) => [name, language as OutlineLanguage] as const)),
);

/** By the file's name; null for one whose symbols nobody reads. */
export function outlineLanguage(file: string): OutlineLanguage | null {
  return byEnding.get(path.extname(file).slice(1).toLowerCase()) ?? null;
}
