import type { Usage } from "../../../shared/run-event.ts";
import type { Ways } from "../ways.ts";

type Tokens = Pick<Usage, "input" | "cached" | "output" | "reasoning">;
type Figure = keyof Tokens | "cost";

/**
 * What the turn that goes on has used, of what an agent tells with its turns. The cost it tells is the session's, by
 * the protocol; tokens are the turn's, and of some agents the session's, too. Of those it is the difference to what was
 * told at the end of the turn before; and nothing where that isn't known, as in a session that was taken up again.
 */
export class TurnUsage {
  readonly #tokens: Ways["usage"];
  /** What the session had used when the turn began; absent: nobody knows. */
  #before: Partial<Record<Figure, number>> = { input: 0, cached: 0, output: 0, reasoning: 0, cost: 0 };
  /** The last that was told of the session. */
  #told: Partial<Record<Figure, number>> = {};
  #turn: Partial<Usage> = {};

  constructor(tokens: Ways["usage"]) {
    this.#tokens = tokens;
  }

  /** The session is an earlier one: what it had used before is not told. */
  restored(): void {
    this.#before = {};
  }

  begin(): void {
    this.#before = { ...this.#before, ...this.#told };
    this.#turn = {};
  }

  /** An update; tokens in one are those of a call of the model, which add up. Returns the turn's usage up to now. */
  tell({ cost, ...usage }: Partial<Usage>): Partial<Usage> {
    const { input, cached, output, reasoning, ...context } = usage;
    if (input !== undefined) this.#addCall({ input, cached, output, reasoning });
    this.#turn = { ...this.#turn, ...context };
    if (typeof cost === "number") this.#turn.cost = this.#since("cost", cost);
    return this.#turn;
  }

  /** With what the answer of the prompt tells; null where nothing was told. */
  end(tokens: Tokens | null): Usage | null {
    if (!tokens && Object.keys(this.#turn).length === 0) return null;
    const told = tokens && (this.#tokens === "cumulative" ? this.#sinceAll(tokens) : tokens);
    return { input: null, cached: null, output: null, reasoning: null, ...this.#turn, ...told };
  }

  #addCall(call: Partial<Tokens>): void {
    for (const figure of ["input", "cached", "output", "reasoning"] as const) {
      const told = call[figure];
      this.#turn[figure] = typeof told === "number" ? (this.#turn[figure] ?? 0) + told : (this.#turn[figure] ?? null);
    }
  }

  #sinceAll({ input, cached, output, reasoning }: Tokens): Tokens {
    const since = (figure: keyof Tokens, told: number | null): number | null =>
      told === null ? null : this.#since(figure, told);
    return {
      input: since("input", input),
      cached: since("cached", cached),
      output: since("output", output),
      reasoning: since("reasoning", reasoning),
    };
  }

  #since(figure: Figure, told: number): number | null {
    const before = this.#before[figure];
    this.#told[figure] = told;
    if (before === undefined) return null;
    // Less than before: the agent has begun to count anew.
    return told >= before ? told - before : told;
  }
}
