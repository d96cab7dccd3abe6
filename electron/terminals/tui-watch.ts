import type { TerminalAgent } from "../../shared/contract/terminal-agent.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import {
  doubtMs,
  endedTui,
  foldSignal,
  settleDoubt,
  startedTui,
  type HookSignal,
  type TuiSigns,
  type TuiStanding,
} from "./tui-state.ts";
import type { TerminalSignal } from "./signals.ts";

/** A program may say something new in a loop; nobody needs to be told of it more often. */
export const tuiPauseMs = 250;

export type TuiWatchDeps = {
  agentId: string;
  signs: TuiSigns;
  clock: Clock;
  /** Told the first at once and then, after each pause, the last that came meanwhile. */
  tell: (agent: TerminalAgent) => void;
  /** The one that it was started to go on with. */
  conversation: string | null;
};

/** How one agent's program on a terminal stands, from its start until `end`. */
export class TuiWatch {
  readonly #deps: TuiWatchDeps;
  #standing: TuiStanding;
  #conversation: string | null;
  #untold = false;
  #cancelTimer: (() => void) | null = null;
  #cancelDoubt: (() => void) | null = null;

  constructor(deps: TuiWatchDeps) {
    this.#deps = deps;
    this.#conversation = deps.conversation;
    this.#standing = startedTui(deps.clock.now());
  }

  view(): TerminalAgent {
    const { state, evidence, at } = this.#standing;
    return { id: this.#deps.agentId, state, evidence, at: isoTime(at), conversation: this.#conversation };
  }

  take(signal: TerminalSignal | HookSignal): void {
    this.#stand(foldSignal(this.#standing, signal, this.#deps.signs, this.#deps.clock.now()));
  }

  /** Its own name of the conversation that it is in now. */
  isIn(conversation: string): void {
    if (conversation === this.#conversation) return;
    this.#conversation = conversation;
    this.#untold = true;
    if (this.#cancelTimer === null) this.#tellAndPause();
  }

  /** Its program has ended: the last that is told. */
  end(): void {
    this.#cancelTimer?.();
    this.#cancelDoubt?.();
    this.#standing = endedTui(this.#standing, this.#deps.clock.now());
    this.#deps.tell(this.view());
  }

  #stand(next: TuiStanding): void {
    const { state, at, evidence, doubt } = this.#standing;
    this.#standing = next;
    if (next.doubt !== doubt) this.#wonder();
    if (next.state === state && next.at === at && next.evidence === evidence) return;
    this.#untold = true;
    if (this.#cancelTimer === null) this.#tellAndPause();
  }

  #wonder(): void {
    this.#cancelDoubt?.();
    const { clock } = this.#deps;
    const settle = (): void => this.#stand(settleDoubt(this.#standing, clock.now()));
    this.#cancelDoubt = this.#standing.doubt && clock.after(doubtMs, settle);
  }

  #tellAndPause(): void {
    this.#cancelTimer = null;
    if (!this.#untold) return;
    this.#untold = false;
    this.#deps.tell(this.view());
    this.#cancelTimer = this.#deps.clock.after(tuiPauseMs, () => this.#tellAndPause());
  }
}
