import { rpc } from "../rpc.ts";
import { useApp } from "../stores/app.ts";
import { useFrame } from "../stores/frame.ts";

/** A session that the person looks at is read. Call once. */
export function followRead(): void {
  let asked: string | null = null;
  const look = (): void => {
    const session = useApp.getState().app?.sessions.find((candidate) => candidate.id === useFrame.getState().sessionId);
    if (!session?.unread) {
      asked = null;
      return;
    }
    if (asked === session.id || document.hidden || !document.hasFocus()) return;
    asked = session.id;
    // A mark that stays is no harm: the next look takes it off.
    rpc.sessions.update({ id: session.id, unread: false }).catch(() => (asked = null));
  };
  useApp.subscribe(look);
  useFrame.subscribe(look);
  window.addEventListener("focus", look);
}
