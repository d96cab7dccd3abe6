import type { TerminalOutput } from "../../shared/contract/terminals.ts";

/**
 * One reader of a terminal and what is on its way to it. Data waiting for a slow connection is joined. What is pushed
 * before `begin` comes after what `begin` brings. It lives until it stops reading or `end` has been reached.
 */
export type Reader = {
  push(output: TerminalOutput): void;
  begin(first: readonly TerminalOutput[]): void;
  end(): void;
  read(signal: AbortSignal): AsyncGenerator<TerminalOutput, void, undefined>;
};

export function createReader(): Reader {
  let waiting: TerminalOutput[] = [];
  let begun = false;
  let ended = false;
  let wake: (() => void) | null = null;
  function awaken(): void {
    wake?.();
    wake = null;
  }
  return {
    push(output) {
      const last = waiting.at(-1);
      // A replay shows all that came before it.
      if (output.type === "replay") waiting = waiting.filter((item) => item.type === "title");
      if (last?.type === "data" && output.type === "data")
        waiting[waiting.length - 1] = { type: "data", data: last.data + output.data };
      else if (last?.type === "title" && output.type === "title") waiting[waiting.length - 1] = output;
      else waiting.push(output);
      awaken();
    },
    begin(first) {
      waiting = [...first, ...waiting];
      begun = true;
      awaken();
    },
    end() {
      ended = true;
      awaken();
    },
    async *read(signal) {
      signal.addEventListener("abort", awaken);
      try {
        while (!signal.aborted) {
          const next = begun ? waiting.shift() : undefined;
          if (next) yield next;
          else if (begun && ended) return;
          else await new Promise<void>((resolve) => (wake = resolve));
        }
      } finally {
        signal.removeEventListener("abort", awaken);
      }
    },
  };
}
