import { onAppUpdate } from "./app.ts";
import { selectSession, useFrame } from "./frame.ts";
import { lastSession } from "./last-session.ts";

/** A window that never showed a session begins with the one that was worked on last. Call once. */
export function openLastSession(): void {
  const stop = onAppUpdate((update) => {
    if (update.type !== "snapshot") return;
    stop();
    const last = lastSession(update.state.sessions);
    if (useFrame.getState().sessionId === null && last) selectSession(last.id);
  });
}
