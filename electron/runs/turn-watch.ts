import type { RunEventBody } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";
import { FailedEdits } from "./failed-edits.ts";
import { SilenceWatch } from "./silence-watch.ts";
import { Stragglers } from "./stragglers.ts";
import { TurnFacts } from "./turn-facts.ts";

export type TurnWatchDeps = {
  clock: Clock;
  /** The working copy. */
  root: string;
  /** Null: for ever. */
  silenceLimitSeconds: number | null;
  /** Silence is none meanwhile. */
  isExcused: () => boolean;
  onStalled: (seconds: number) => void;
};

/** What is watched of one turn, so that it ends and its end is told as it is. It lives until `turnEnded`. */
export class TurnWatch {
  readonly #deps: TurnWatchDeps;
  readonly #facts: TurnFacts;
  readonly #edits: FailedEdits;
  readonly #stragglers: Stragglers;
  #silence: SilenceWatch | null = null;

  constructor(deps: TurnWatchDeps) {
    this.#deps = deps;
    this.#facts = new TurnFacts(deps.clock);
    this.#edits = new FailedEdits(deps.root, deps.clock);
    this.#stragglers = new Stragglers(deps.clock);
  }

  promptGoesOut(): void {
    const { clock, silenceLimitSeconds: limitSeconds, isExcused, onStalled } = this.#deps;
    if (limitSeconds !== null) this.#silence = new SilenceWatch({ clock, limitSeconds, isExcused, onLimit: onStalled });
  }

  /** The agent gave a sign of life. */
  heard(): void {
    this.#silence?.heard();
    this.#stragglers.heard();
  }

  /** It became an event; `at`: long ago, in unix ms. */
  told(body: RunEventBody, at?: number): void {
    this.#facts.heard(body);
    this.#edits.heard(body, at);
  }

  stopped(): void {
    this.#facts.stopped();
    this.turnEnded();
  }

  turnEnded(): void {
    this.#silence?.end();
  }

  commandsBegun(): ReturnType<TurnFacts["commandsBegun"]> {
    return this.#facts.commandsBegun();
  }

  /** Resolves when nothing more is said of the turn that has ended. */
  untilQuiet(quietMs: number, isWanted: () => boolean): Promise<void> {
    return this.#stragglers.wait(quietMs, isWanted);
  }

  isEmpty(): boolean {
    return this.#facts.isEmpty();
  }

  /** Files of which an edit failed, and no later one succeeded. */
  lostEdits(): Promise<string[]> {
    return this.#edits.unrecovered();
  }
}
