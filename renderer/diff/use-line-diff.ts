import { useCallback, useSyncExternalStore } from "react";
import type { ToolDiff } from "../../shared/run-event.ts";
import type { LineDiff } from "./line-diff.ts";
import type { LineDiffAnswer } from "./line-diff-worker.ts";
import { LineDiffer } from "./line-differ.ts";

/** The page's one comparer of texts; its worker lives as long as it answers. */
const differ = new LineDiffer({
  start({ answer, broken }) {
    const worker = new Worker(new URL("./line-diff-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<LineDiffAnswer>) => answer(data));
    worker.addEventListener("error", broken);
    return { post: (request) => worker.postMessage(request), end: () => worker.terminate() };
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});

/** The change as lines; null until they are found. */
export function useLineDiff(diff: ToolDiff): LineDiff | null {
  const subscribe = useCallback((onFound: () => void) => differ.want(diff, onFound), [diff]);
  return useSyncExternalStore(subscribe, () => differ.known(diff));
}
