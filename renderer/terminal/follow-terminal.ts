import type { TerminalOutput } from "../../shared/contract/terminals.ts";
import { callFailure, rpc } from "../rpc.ts";
import { useConnection } from "../stores/connection.ts";

/**
 * Reads a terminal until its end or until `signal` says so; begins again, with the screen anew, when the connection
 * broke. `take` is called for each piece in order.
 */
export async function followTerminal(
  terminalId: string,
  signal: AbortSignal,
  on: { take: (output: TerminalOutput) => void; lost: () => void; missing: () => void },
): Promise<void> {
  while (!signal.aborted) {
    const { epoch } = useConnection.getState();
    try {
      const { ticket } = await rpc.terminals.ticket({ id: terminalId }, { signal });
      for await (const output of await rpc.terminals.attach({ id: terminalId, ticket }, { signal })) {
        if (signal.aborted) return;
        on.take(output);
        if (output.type === "exit") return;
      }
    } catch (error) {
      if (signal.aborted) return;
      if (callFailure(error).code === "TERMINAL_NOT_FOUND") return on.missing();
      // The connection broke; the frame shows it, and the next round waits for the new one.
    }
    on.lost();
    await nextTry(epoch, signal);
  }
}

/** A new connection, or a second later on the same one. */
function nextTry(epoch: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => useConnection.getState().state === "open" && done(), 1_000);
    const off = useConnection.subscribe((state) => state.epoch > epoch && done());
    signal.addEventListener("abort", done, { once: true });
    if (useConnection.getState().epoch > epoch || signal.aborted) done();
    function done(): void {
      clearTimeout(timer);
      off();
      signal.removeEventListener("abort", done);
      resolve();
    }
  });
}

/**
 * Sends what is typed, in order, one call at a time; what comes meanwhile goes together. What could not be sent isn't
 * typed later, into whatever is there then: it is handed to `unsent`.
 */
export function createTyping(send: (data: string) => Promise<unknown>, unsent: (data: string) => void): (data: string) => void {
  let waiting = "";
  let sending = false;
  async function run(): Promise<void> {
    sending = true;
    while (waiting !== "") {
      const data = waiting;
      waiting = "";
      try {
        await send(data);
      } catch {
        unsent(data + waiting);
        waiting = "";
      }
    }
    sending = false;
  }
  return (data) => {
    waiting += data;
    if (!sending) void run();
  };
}
