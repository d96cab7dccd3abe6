import { processFile, type FileDiffMetadata } from "@pierre/diffs";
import type { FileDiff } from "../../shared/contract/changes.ts";
import { visibleText } from "../../shared/visible-text.ts";

export type PreparedDiff = {
  /** Null where there is no text to show. */
  file: FileDiffMetadata | null;
  /** Said above the text: what the lines alone don't show. */
  notes: string[];
};

/**
 * A diff as the viewer takes it: hidden characters are marks that can be seen, and line ends that both sides share are
 * left out of sight. The hunks are git's; nothing is compared again.
 */
export function prepareDiff(diff: FileDiff, fingerprint: string): PreparedDiff {
  if (diff.patch === null || diff.patch === "") return { file: null, notes: [] };
  const before = lineEnds(diff.oldText);
  const after = lineEnds(diff.newText);
  const differ = before !== null && after !== null && before !== after;
  const show = (text: string): string => visibleText(differ ? text : text.replaceAll("\r\n", "\n"));
  const name = visibleText(diff.path);
  const whole = diff.oldText !== null && diff.newText !== null && !diff.truncated;
  const file = processFile(show(diff.patch), {
    isGitDiff: true,
    cacheKey: `${fingerprint} ${diff.path}`,
    ...(whole
      ? {
          oldFile: { name: visibleText(diff.oldPath ?? diff.path), contents: show(diff.oldText ?? "") },
          newFile: { name, contents: show(diff.newText ?? "") },
        }
      : {}),
  });
  const notes = differ ? [`Line ends change from ${before} to ${after}`] : [];
  if (!file || file.hunks.length === 0) return { file: null, notes };
  // git quotes odd names in a patch's header; ours is known better, and tells the language.
  return { file: { ...file, name }, notes };
}

function lineEnds(text: string | null): "LF" | "CRLF" | "mixed" | null {
  if (text === null || !text.includes("\n")) return null;
  const crlf = text.split("\r\n").length - 1;
  if (crlf === 0) return "LF";
  return crlf === text.split("\n").length - 1 ? "CRLF" : "mixed";
}
