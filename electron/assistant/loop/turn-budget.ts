import { limitReached, limitsNear, limitText, type Pause, type TurnLimit, type TurnLimits } from "../../../shared/turn-limits.ts";
import { about } from "../conversation/tokens.ts";
import type { Reply } from "../wire/read-reply.ts";

/** What one turn has used, against its limits; counted anew when it goes on after a pause. It warns of each limit once. */
export class TurnBudget {
  readonly #limits: TurnLimits;
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<TurnLimit>();
  readonly #used = { calls: 0, requests: 0, tokens: 0 };
  #asked = 0;

  constructor(limits: TurnLimits, warn: (message: string) => void) {
    this.#limits = limits;
    this.#warn = warn;
  }

  /** A prompt of so many characters goes out. */
  request(chars: number): void {
    this.#used.requests += 1;
    this.#asked = about(chars);
  }

  /** What the server didn't count of the prompt is estimated. */
  replied({ input, output }: Reply["usage"]): void {
    this.#used.tokens += (input ?? this.#asked) + (output ?? 0);
  }

  /** Whether one more call may be made; then it counts. */
  takeCall(): boolean {
    if (this.#used.calls >= (this.#limits.calls ?? Infinity)) return false;
    this.#used.calls += 1;
    return true;
  }

  /** Whether the turn is to pause now. */
  pause(): Pause | null {
    const reached = limitReached(this.#used, this.#limits);
    if (reached === null) for (const limit of limitsNear(this.#used, this.#limits)) this.#warnOf(limit);
    return reached;
  }

  #warnOf(limit: TurnLimit): void {
    if (this.#warned.has(limit)) return;
    this.#warned.add(limit);
    const most = limitText({ limit, count: this.#limits[limit] ?? 0 });
    this.#warn(`${this.#used[limit].toLocaleString("en")} of ${most} are used. The turn pauses after that.`);
  }
}
