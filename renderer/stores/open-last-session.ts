import { onAppUpdate } from "./app.ts";
import { putSession, useFrame } from "./frame.ts";
import { lastSession } from "./last-session.ts";

/** A window that never showed a session, or whose session is gone, begins with the one that was worked on last. Call once. */
export function openLastSession(): void {
  const stop = onAppUpdate((update) => {
    if (update.type !== "snapshot") return;
    stop();
    const { sessions } = update.state;
    const { sessionId } = useFrame.getState();
    if (sessions.some((session) => session.id === sessionId)) return;
    // Who was faster than the core may have the settings or the sidebar open: they stay.
    putSession(lastSession(sessions)?.id ?? null);
  });
}
