import { realpathSync } from "node:fs";
import path from "node:path";
import { isInside } from "../../lib/inside.ts";
import { readRegular } from "../../lib/read-regular.ts";

const names = ["AGENTS.md", "CLAUDE.md"];
const maxFileBytes = 256 * 1024;

/** Characters of all rules together: they stand in every request. */
const maxChars = { full: 16_000, compact: 4_000 };

/**
 * The rules that the project's authors wrote for agents: of the working copy and of each folder down to where the
 * session works. Of a folder that has several names for them one counts. Only for trusted projects: whoever writes them
 * tells the agent what to do. What is too long is cut, and says so.
 */
export function projectRules(root: string, folder: string, isCompact: boolean): { path: string; text: string }[] {
  const found = foldersTo(folder).flatMap((each) => names.map((name) => readRules(root, path.posix.join(each, name))));
  const rules: { path: string; text: string }[] = [];
  let left = isCompact ? maxChars.compact : maxChars.full;
  for (const rule of found) {
    if (!rule || left <= 0 || rules.some(({ text }) => text === rule.text)) continue;
    const isLong = rule.text.length > left;
    rules.push(isLong ? { ...rule, text: `${rule.text.slice(0, left)}\n[cut here: the file is longer]` } : rule);
    left -= rule.text.length;
  }
  return rules;
}

function foldersTo(folder: string): string[] {
  const parts = folder.split("/").filter((part) => part !== "");
  return ["", ...parts.map((_, at) => parts.slice(0, at + 1).join("/"))];
}

function readRules(root: string, relative: string): { path: string; text: string } | null {
  const file = path.join(root, relative);
  try {
    // A link that leads out would put a file of the person's before a model.
    if (!isInside(realpathSync(file), realpathSync(root))) return null;
  } catch {
    return null; // Not there.
  }
  const text = readRegular(file, maxFileBytes)?.toString("utf8");
  return text === undefined || text.trim() === "" || text.includes("\0") ? null : { path: relative, text };
}
