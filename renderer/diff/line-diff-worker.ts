/** Compares texts off the page's thread; whoever asked ends it if that takes too long. */
import type { ToolDiff } from "../../shared/run-event.ts";
import { lineDiff, type DiffBounds, type LineDiff } from "./line-diff.ts";

export type LineDiffRequest = { id: number; diff: ToolDiff };
export type LineDiffAnswer = { id: number; found: LineDiff };

const bounds: DiffBounds = { maxChars: 2_000_000, maxEdits: 4_000 };

self.addEventListener("message", ({ data }: MessageEvent<LineDiffRequest>) => {
  self.postMessage({ id: data.id, found: lineDiff(data.diff, bounds) } satisfies LineDiffAnswer);
});
