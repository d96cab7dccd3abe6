import { Highlighter } from "./highlighter.ts";
import type { HighlightAnswer } from "./highlight-protocol.ts";

/** The page's one highlighter; its worker lives as long as it answers. */
export const highlighter = new Highlighter({
  start({ answer, broken }) {
    const worker = new Worker(new URL("./highlight-worker.ts", import.meta.url), { type: "module" });
    worker.addEventListener("message", ({ data }: MessageEvent<HighlightAnswer>) => answer(data));
    worker.addEventListener("error", broken);
    return { post: (request) => worker.postMessage(request), end: () => worker.terminate() };
  },
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
});
