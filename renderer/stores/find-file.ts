import { rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";

const goodMs = 5_000;
const mostKnown = 200;
const known = new Map<string, { until: number; found: Promise<boolean> }>();

/** The folder of a session's working copy, "" where it isn't known. */
export function rootOf(sessionId: string): string {
  return useApp.getState().app?.sessions.find(({ id }) => id === sessionId)?.workingCopy.path ?? "";
}

/** Where the terminal's program was started. */
export function cwdOf(terminalId: string): string {
  return useApp.getState().app?.terminals.find(({ id }) => id === terminalId)?.cwd ?? "";
}

/**
 * A file that a program in `cwd` names, by its path in the working copy: one below `cwd`, else one below the root, as
 * many programs name files from there wherever they run. Null where neither folder has it. Where the shell doesn't tell
 * its folder, `cwd` is where it was started, and after a `cd` a name that both have leads to the wrong one.
 */
export async function findFile(sessionId: string, cwd: string, path: string): Promise<string | null> {
  const root = rootOf(sessionId);
  const below = cwd.startsWith(`${root}/`) ? `${cwd.slice(root.length + 1)}/` : "";
  for (const candidate of below === "" ? [path] : [`${below}${path}`, path])
    if (await exists(sessionId, candidate)) return candidate;
  return null;
}

/** Asked anew after a moment: files come and go. */
function exists(sessionId: string, path: string): Promise<boolean> {
  const key = `${sessionId} ${path}`;
  const now = performance.now();
  const before = known.get(key);
  if (before && before.until > now) return before.found;
  const found = rpc.files.kind({ sessionId, path }).then(
    ({ kind }) => kind === "text",
    () => false,
  );
  known.delete(key);
  known.set(key, { until: now + goodMs, found });
  for (const oldest of [...known.keys()].slice(0, -mostKnown)) known.delete(oldest);
  return found;
}
