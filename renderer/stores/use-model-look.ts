import { useEffect } from "react";
import { rpc } from "../rpc.ts";

const everyMs = 3 * 60_000;

/**
 * Has the model servers asked again every few minutes, and when the window comes back, while it is looked at. Nobody is
 * asked while nobody looks.
 */
export function useModelLook(look: (() => void) | null): void {
  useEffect(() => {
    if (look === null) return;
    const lookIfSeen = (): void => {
      if (document.visibilityState === "visible") look();
    };
    const timer = setInterval(lookIfSeen, everyMs);
    document.addEventListener("visibilitychange", lookIfSeen);
    return () => {
      clearInterval(timer);
      document.removeEventListener("visibilitychange", lookIfSeen);
    };
  }, [look]);
}

/** Asks the servers; what comes of it is told to every window with the agent's options. */
export function lookForModels(): void {
  rpc.models.list().catch(() => {
    // Nobody asked for it; the next prompt says what is wrong.
  });
}
