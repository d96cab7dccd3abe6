import { mostKinds } from "../../shared/contract/files.ts";
import { rpc } from "../rpc.ts";
import { useApp } from "./app.ts";

const goodMs = 5_000;
const mostKnown = 2_000;
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
  const found = isText(sessionId, path);
  known.delete(key);
  known.set(key, { until: now + goodMs, found });
  for (const oldest of [...known.keys()].slice(0, -mostKnown)) known.delete(oldest);
  return found;
}

type Question = { path: string; answer: (isText: boolean) => void };
/** By session: what is asked together when all that draw now have asked. */
const waiting = new Map<string, Question[]>();

function isText(sessionId: string, path: string): Promise<boolean> {
  return new Promise((answer) => {
    const questions = waiting.get(sessionId);
    if (questions) questions.push({ path, answer });
    else {
      waiting.set(sessionId, [{ path, answer }]);
      setTimeout(() => void askWaiting(sessionId), 0);
    }
  });
}

async function askWaiting(sessionId: string): Promise<void> {
  const questions = waiting.get(sessionId) ?? [];
  waiting.delete(sessionId);
  for (let at = 0; at < questions.length; at += mostKinds) {
    const asked = questions.slice(at, at + mostKinds);
    const kinds = await rpc.files.kinds({ sessionId, paths: asked.map(({ path }) => path) }).catch(() => []);
    asked.forEach(({ answer }, index) => answer(kinds[index]?.kind === "text"));
  }
}
