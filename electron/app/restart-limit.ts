/** Lets something be started again at most `times` within `windowMs`, so that what dies at once doesn't die for ever. */
export class RestartLimit {
  readonly #limits: { times: number; windowMs: number; now: () => number };
  #past: number[] = [];

  constructor(limits: { times: number; windowMs: number; now(): number }) {
    this.#limits = limits;
  }

  mayRestart(): boolean {
    const { times, windowMs, now } = this.#limits;
    const at = now();
    this.#past = this.#past.filter((past) => at - past < windowMs);
    if (this.#past.length >= times) return false;
    this.#past.push(at);
    return true;
  }

  reset(): void {
    this.#past = [];
  }
}
