import type { RunEventBody, ToolSnapshot } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";

/** An agent's word of a command may be read a moment after the command has begun. */
const toldLateMs = 1000;

/** `cut`: it ran when Stop came, or was told of only after that. */
type Call = { kind: ToolSnapshot["kind"]; beganAt: number; open: boolean; cut: boolean };

/** What a turn's events have shown so far, for what is decided at its end. */
export class TurnFacts {
  readonly #clock: Clock;
  readonly #calls = new Map<string, Call>();
  #spoke = false;
  #stopped = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  heard(body: RunEventBody): void {
    switch (body.type) {
      case "assistant.delta":
        this.#spoke = true;
        return;
      case "tool.started":
      case "tool.updated":
        return this.#note(body.payload, true);
      case "tool.completed":
      case "tool.failed":
        return this.#note(body.payload, false);
      default:
    }
  }

  /** It has said nothing and called no tool. */
  isEmpty(): boolean {
    return !this.#spoke && this.#calls.size === 0;
  }

  stopped(): void {
    if (this.#stopped) return;
    this.#stopped = true;
    for (const call of this.#calls.values()) call.cut = call.open;
  }

  /** How long ago the first of the commands began that Stop cut off, and the first of all; null where there was none, or no Stop. */
  commandsBegun(): { endWithinMs: number; nameWithinMs: number } | null {
    const commands = [...this.#calls.values()].filter(({ kind }) => kind === "execute");
    if (!this.#stopped || commands.length === 0) return null;
    const ago = (calls: readonly Call[]): number =>
      this.#clock.monotonic() - Math.min(...calls.map(({ beganAt }) => beganAt)) + toldLateMs;
    return { endWithinMs: ago(commands.filter(({ cut }) => cut)), nameWithinMs: ago(commands) };
  }

  #note({ id, kind }: ToolSnapshot, open: boolean): void {
    const known = this.#calls.get(id);
    const beganAt = known?.beganAt ?? this.#clock.monotonic();
    this.#calls.set(id, { kind, beganAt, open, cut: known?.cut ?? this.#stopped });
  }
}
