import path from "node:path";
import { encodePath } from "../../shared/path-text.ts";
import { lookUp } from "./look.ts";

/** File systems stamp with a clock that lags the system's by a tick. */
const slackMs = 50;

/**
 * Whether what lies at a path below the root was changed at or after a moment: by the time of change (ctime), which no
 * program can set; for what is gone by that of the folder it was in, or of what took that one's place.
 */
export function changedSince(root: string, relative: string, moment: number): boolean {
  for (let at = relative; ; at = path.posix.dirname(at)) {
    const stat = lookUp(Buffer.from(encodePath(at === "." ? root : `${root}/${at}`)));
    if (stat) return Number(stat.ctimeNs) / 1_000_000 >= moment - slackMs;
    if (at === ".") return true;
  }
}
