import path from "node:path";
import { isInside } from "./inside.ts";
import { realFolder } from "./real-folder.ts";

/** Where programs begin in a working copy: its `folder`, "" for the top. Null where it isn't there, or leads out by a link. */
export function startFolder(workingCopy: string, folder: string): string | null {
  if (folder === "") return workingCopy;
  const at = path.join(workingCopy, folder);
  const root = realFolder(workingCopy);
  const real = realFolder(at);
  return root !== null && real !== null && isInside(real, root) ? at : null;
}
