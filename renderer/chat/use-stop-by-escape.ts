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
  const [armed, setArmed] = useState(false);
  useEffect(() => {
    if (!armed) return;
    const timer = setTimeout(() => setArmed(false), secondEscapeMs);
    return () => clearTimeout(timer);
  }, [armed]);

  async function stop(): Promise<void> {
    setArmed(false);
    if (going) await stopRun(going.id);
  }
  function press(): boolean {
    if (!going) return false;
    if (armed) void stop();
    else setArmed(true);
    return true;
  }
  const onKeyDown = (event: KeyboardEvent): void => void (isOwnEscape(event) && press() && event.preventDefault());
  return { armed: going !== null && armed, press, stop, onKeyDown };
}

async function stopRun(id: string): Promise<void> {
  try {
    await rpc.runs.cancel({ id });
  } catch (error) {
    toast({ title: "The run was not stopped", detail: callFailure(error).message, tone: "failed" });
  }
}

/** One press that nothing else took, from inside the chat itself. */
function isOwnEscape(event: KeyboardEvent): boolean {
  if (event.key !== "Escape" || event.defaultPrevented || event.repeat) return false;
  return event.target instanceof Node && event.currentTarget.contains(event.target);
}
