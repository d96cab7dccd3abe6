import { randomBytes } from "node:crypto";
import type { Clock } from "../lib/clock.ts";

const goodForMs = 30_000;
const maxOpen = 1_000;

/**
 * Single-use tickets to read a terminal: random, for one terminal, good for half a minute. A stream that is opened by
 * itself (a hijacked upgrade, a replayed request) has none.
 */
export class Tickets {
  readonly #clock: Clock;
  readonly #open = new Map<string, { terminalId: string; until: number }>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issue(terminalId: string): string {
    const ticket = randomBytes(32).toString("base64url");
    this.#open.set(ticket, { terminalId, until: this.#clock.monotonic() + goodForMs });
    const [oldest] = this.#open.keys();
    if (this.#open.size > maxOpen && oldest !== undefined) this.#open.delete(oldest);
    return ticket;
  }

  /** Whether the ticket is good for this terminal; it isn't a second time. */
  take(ticket: string, terminalId: string): boolean {
    const found = this.#open.get(ticket);
    this.#open.delete(ticket);
    return found !== undefined && found.terminalId === terminalId && this.#clock.monotonic() <= found.until;
  }
}
