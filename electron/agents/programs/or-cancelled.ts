import { fail, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../port.ts";

export const cancelled: AgentFailure = { type: "cancelled", message: "No longer wanted" };

/** A session that is opened after its caller has given up stays open: the next one finds it warm. */
export function orCancelled<T>(work: Promise<Result<T, AgentFailure>>, signal: AbortSignal): Promise<Result<T, AgentFailure>> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => resolve(fail(cancelled));
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
