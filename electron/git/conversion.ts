import { existsSync } from "node:fs";
import path from "node:path";
import type { Git } from "./git.ts";

/**
 * Whether a checkout's files may differ, byte for byte, from what is in the commit: line ends converted, attributes
 * in force, or only a part checked out. Where that can't be told, it may.
 */
export async function convertsContent(git: Git, checkout: string): Promise<boolean> {
  if (existsSync(path.join(checkout, ".gitattributes"))) return true;
  const asked = await git.run(["config", "--get-regexp", "^core\\.(autocrlf|eol|sparsecheckout|attributesfile)$"], {
    cwd: checkout,
    exitCodes: [0, 1],
  });
  if (!asked.ok) return true;
  const lines = asked.value.stdout.toString("utf8").trim().split("\n").filter(Boolean);
  return lines.some((line) => !line.endsWith(" false"));
}
