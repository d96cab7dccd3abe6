import type { Usage } from "../../../shared/run-event.ts";
import type { Reply } from "../wire/read-reply.ts";

export const noUsage: Usage = { input: null, cached: null, output: null, reasoning: null };

/** A turn's usage with one more reply; what no server told stays unknown. */
export function addUsage(turn: Usage, reply: Reply["usage"]): Usage {
  const sum = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));
  return {
    ...turn,
    input: sum(turn.input, reply.input),
    cached: sum(turn.cached, reply.cached),
    output: sum(turn.output, reply.output),
    reasoning: sum(turn.reasoning, reply.reasoning),
  };
}
