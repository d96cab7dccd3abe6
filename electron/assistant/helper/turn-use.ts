import type { Clock } from "../../lib/clock.ts";
import type { ServerUse } from "./server-use.ts";

/** Between two requests of a turn: most calls of tools take less, and what comes between costs the turn its prompt's cache. */
const idleMs = 5_000;

/**
 * One turn's use of its server, from its making to `end`. The server counts as at work while a request of the turn goes on,
 * and a little beyond; not while the turn waits for a person, or for a long command.
 */
export class TurnUse {
  readonly #deps: { use: ServerUse; clock: Clock; url: string };
  readonly #endTurn: () => void;
  #requests = 0;
  #endWork = (): void => {};
  #takeBack = (): void => {};
  #ended = false;

  constructor(deps: { use: ServerUse; clock: Clock; url: string }) {
    this.#deps = deps;
    this.#endTurn = deps.use.beginTurn(deps.url);
  }

  async during<T>(request: () => Promise<T>): Promise<T> {
    const { use, clock, url } = this.#deps;
    this.#takeBack();
    const before = this.#endWork;
    this.#endWork = use.begin(url);
    before();
    this.#requests += 1;
    try {
      return await request();
    } finally {
      this.#requests -= 1;
      if (this.#requests === 0 && this.#ended) this.#endWork();
      else if (this.#requests === 0) this.#takeBack = clock.after(idleMs, this.#endWork);
    }
  }

  /** The turn is over. */
  end(): void {
    this.#ended = true;
    this.#takeBack();
    if (this.#requests === 0) this.#endWork();
    this.#endTurn();
  }
}
