import type { AppState, AppUpdate } from "../../shared/contract/system.ts";
import type { Listeners } from "../lib/listeners.ts";

const maxWaiting = 5_000;

/**
 * The state of the app and what becomes of it, for one reader: the whole first, then each update. Updates of the same
 * thing that wait together are told once, as the latest. A reader that falls too far behind is told to start over.
 */
export async function* followApp(
  deps: { updates: Listeners<AppUpdate>; state(): Promise<AppState> },
  signal: AbortSignal | undefined,
): AsyncGenerator<AppUpdate> {
  const waiting = new Map<string, AppUpdate>();
  let wake: () => void = () => {};
  let overflow = false;
  const off = deps.updates.on((update) => {
    const key = keyOf(update);
    waiting.delete(key);
    waiting.set(key, update);
    overflow ||= waiting.size > maxWaiting;
    wake();
  });
  const onAbort = (): void => wake();
  signal?.addEventListener("abort", onAbort);
  try {
    yield { type: "snapshot", state: await deps.state() };
    while (!signal?.aborted) {
      if (overflow) {
        yield { type: "resync" };
        return;
      }
      if (waiting.size === 0) await new Promise<void>((resolve) => (wake = resolve));
      const updates = [...waiting.values()];
      waiting.clear();
      yield* updates;
    }
  } finally {
    off();
    signal?.removeEventListener("abort", onAbort);
  }
}

function keyOf(update: AppUpdate): string {
  switch (update.type) {
    case "project":
      return `project ${update.project.id}`;
    case "session":
      return `session ${update.session.id}`;
    case "chat":
      return `chat ${update.chat.id}`;
    case "agent":
      return `agent ${update.agent.id}`;
    case "run":
      return `run ${update.run.id}`;
    case "terminal":
      return `terminal ${update.terminal.id}`;
    case "changes":
    case "checkpoints":
      return `${update.type} ${update.sessionId}`;
    case "removed":
      return `${update.noun} ${update.id}`;
    case "settings":
    case "file-problems":
    case "inbox":
    case "snapshot":
    case "resync":
      return update.type;
  }
}
