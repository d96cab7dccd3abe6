import { randomBytes } from "node:crypto";
import type { Clock } from "../lib/clock.ts";

const goodForMs = 30_000;
const maxOpen = 1_000;

/**
 * Single-use tickets to read a terminal: random, for one terminal, good for half a minute. A stream that is opened by
 * itself (a hijacked upgrade, a replayed request) has none.
 */
export function createTickets(clock: Clock) {
  const open = new Map<string, { terminalId: string; until: number }>();
  return {
    issue(terminalId: string): string {
      const ticket = randomBytes(32).toString("base64url");
      open.set(ticket, { terminalId, until: clock.monotonic() + goodForMs });
      const [oldest] = open.keys();
      if (open.size > maxOpen && oldest !== undefined) open.delete(oldest);
      return ticket;
    },
    /** Whether the ticket is good for this terminal; it isn't a second time. */
    take(ticket: string, terminalId: string): boolean {
      const found = open.get(ticket);
      open.delete(ticket);
      return found !== undefined && found.terminalId === terminalId && clock.monotonic() <= found.until;
    },
  };
}
