import { useEffect, useState, type KeyboardEvent } from "react";
import type { Run } from "../../shared/contract/runs.ts";
import { callFailure, rpc } from "../rpc.ts";
import { toast } from "../ui/toast.tsx";

const secondEscapeMs = 1_500;

type StopByEscape = {
  /** Escape was pressed once, and again stops. */
  armed: boolean;
  /** One Escape that nothing else took; false where there is nothing to stop. */
  press: () => boolean;
  stop: () => Promise<void>;
  /** For the whole chat; what lies over it in a layer of its own has the key to itself. */
  onKeyDown: (event: KeyboardEvent) => void;
};

/** Escape twice within a moment stops the run that goes on. */
export function useStopByEscape(going: Run | null): StopByEscape {
  const [escapedAt, setEscapedAt] = useState(0);
  useEffect(() => {
    if (escapedAt === 0) return;
    const timer = setTimeout(() => setEscapedAt(0), secondEscapeMs);
    return () => clearTimeout(timer);
  }, [escapedAt]);

  async function stop(): Promise<void> {
    setEscapedAt(0);
    if (!going) return;
    try {
      await rpc.runs.cancel({ id: going.id });
    } catch (error) {
      toast({ title: "The run was not stopped", detail: callFailure(error).message, tone: "failed" });
    }
  }
  function press(): boolean {
    if (!going) return false;
    if (escapedAt > 0) void stop();
    else setEscapedAt(performance.now());
    return true;
  }
  function onKeyDown(event: KeyboardEvent): void {
    if (event.key !== "Escape" || event.defaultPrevented || event.repeat) return;
    if (!(event.target instanceof Node) || !event.currentTarget.contains(event.target)) return;
    if (press()) event.preventDefault();
  }
  return { armed: going !== null && escapedAt > 0, press, stop, onKeyDown };
}
