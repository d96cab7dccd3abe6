import type { Clock } from "../lib/clock.ts";

const freeGuesses = 100;
const windowMs = 60_000;
const longestSeconds = 60;
const maxPeers = 1000;

/**
 * Slows down who shows wrong credentials. Only wrong ones count, and only wrong ones are held off, so a person whose
 * page is signed in notices nothing of a neighbour who guesses.
 */
export class GuessLimit {
  readonly #clock: Clock;
  readonly #onBurst: (peer: string) => void;
  readonly #peers = new Map<string, { count: number; since: number }>();

  /** `onBurst` is called once per burst, not per guess. */
  constructor(deps: { clock: Clock; onBurst: (peer: string) => void }) {
    this.#clock = deps.clock;
    this.#onBurst = deps.onBurst;
  }

  /** Notes a wrong credential. Returns 0, or for how many seconds the peer is asked to stay away. */
  wrong(peer: string): number {
    const now = this.#clock.monotonic();
    let seen = this.#peers.get(peer);
    if (!seen || now - seen.since > windowMs) {
      if (!seen && this.#peers.size >= maxPeers) this.#peers.clear();
      seen = { count: 0, since: now };
      this.#peers.set(peer, seen);
    }
    seen.count += 1;
    if (seen.count <= freeGuesses) return 0;
    if (seen.count === freeGuesses + 1) this.#onBurst(peer);
    // The window goes on while the guessing does.
    seen.since = now;
    return Math.min(longestSeconds, 2 ** Math.min(6, Math.floor((seen.count - freeGuesses) / 20)));
  }
}
