// The viewer's own worker, bundled with the page: tokens are found off the page's thread.
import "@pierre/diffs/worker/worker.js";
