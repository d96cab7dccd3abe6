import type { Usage } from "./run-event.ts";

export const noUsage: Usage = { input: null, cached: null, output: null, reasoning: null };

/** What was used up to now and what was used since, together: counts and costs add up, the window is as it was told last. */
export function sumUsage(earlier: Usage | null, later: Partial<Usage>): Usage {
  const before = earlier ?? noUsage;
  const cost = sum(before.cost ?? null, later.cost ?? null);
  return {
    ...before,
    ...later,
    input: sum(before.input, later.input ?? null),
    cached: sum(before.cached, later.cached ?? null),
    output: sum(before.output, later.output ?? null),
    reasoning: sum(before.reasoning, later.reasoning ?? null),
    ...(cost === null ? {} : { cost }),
  };
}

/** What nobody told stays unknown. */
function sum(a: number | null, b: number | null): number | null {
  return a === null ? b : a + (b ?? 0);
}
