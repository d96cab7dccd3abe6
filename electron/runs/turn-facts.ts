import type { RunEventBody, ToolSnapshot } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";

type Call = { kind: ToolSnapshot["kind"]; beganAt: number; open: boolean };

/** What a turn's events have shown so far, for what is decided at its end. */
export class TurnFacts {
  readonly #clock: Clock;
  readonly #calls = new Map<string, Call>();
  #spoke = false;
  #commands: { endSince: number; nameSince: number } | null = null;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  heard(body: RunEventBody): void {
    if (body.type === "assistant.delta") this.#spoke = true;
    if (
      body.type !== "tool.started" &&
      body.type !== "tool.updated" &&
      body.type !== "tool.completed" &&
      body.type !== "tool.failed"
    )
      return;
    const { id, kind } = body.payload;
    const beganAt = this.#calls.get(id)?.beganAt ?? this.#clock.monotonic();
    this.#calls.set(id, { kind, beganAt, open: body.type === "tool.started" || body.type === "tool.updated" });
  }

  /** It has said nothing and called no tool. */
  isEmpty(): boolean {
    return !this.#spoke && this.#calls.size === 0;
  }

  /** Stop came: the commands that run now are those to be ended with it. */
  stopped(): void {
    if (this.#commands) return;
    const commands = [...this.#calls.values()].filter(({ kind }) => kind === "execute");
    const running = commands.filter(({ open }) => open);
    this.#commands = { endSince: earliest(running), nameSince: earliest(commands) };
  }

  /** How long ago the first command began that ran when Stop came, and the first of all; null where there was none. */
  commandsBegun(): { endWithinMs: number; nameWithinMs: number } | null {
    const now = this.#clock.monotonic();
    if (!this.#commands || this.#commands.nameSince === Infinity) return null;
    const { endSince, nameSince } = this.#commands;
    return { endWithinMs: now - endSince, nameWithinMs: now - nameSince };
  }
}

function earliest(calls: readonly Call[]): number {
  return Math.min(...calls.map(({ beganAt }) => beganAt));
}
