import { useMemo } from "react";
import { openFile } from "../commands/open-file.ts";
import type { NamedFiles } from "../markdown/file-names.ts";
import { findFile } from "../stores/find-file.ts";

/** The working copy in which the replies of a chat name files; what is known of them lasts as long as its tab. */
export function useNamedFiles(sessionId: string, root: string): NamedFiles {
  return useMemo(
    () => ({
      root,
      find: (path) => findFile(sessionId, root, path),
      open: (path, line) => openFile(sessionId, path, line),
      found: new Map(),
    }),
    [sessionId, root],
  );
}
