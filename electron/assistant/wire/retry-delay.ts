import type { RequestFailure } from "./request-failure.ts";

const firstDelayMs = 500;
const longestDelayMs = 15_000;
/** All attempts of one request together: a server that loads its model takes a minute. */
export const retryBudgetMs = 120_000;

/**
 * How long to wait before the request is sent again; null: not again. Each wait is twice as long as the one before, less
 * up to a half by chance, so that several who were turned away don't come back at once; the server's own word counts more.
 */
export function retryDelay(
  failure: RequestFailure,
  { attempt, spentMs, random }: { attempt: number; spentMs: number; random: number },
): number | null {
  if (!mayPass(failure)) return null;
  const own = Math.min(longestDelayMs, firstDelayMs * 2 ** attempt) * (1 - random / 2);
  const delay = Math.max(own, failure.retryAfterMs ?? 0);
  return spentMs + delay > retryBudgetMs ? null : delay;
}

/** Whether it may go well the next time. */
function mayPass({ kind, status }: RequestFailure): boolean {
  if (kind === "unreachable") return true;
  return kind === "refused" && status !== null && (status === 429 || status >= 500);
}
