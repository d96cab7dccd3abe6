import type { AgentTerminals, LeftCommands } from "../../../agents/port.ts";
import { plainOutput } from "./plain-output.ts";

/** A command that goes on while the model does other things. */
export type Job = { id: string; command: string; text(): string; state(): string };

type Held = {
  terminalId: string;
  terminals: AgentTerminals;
  command: string;
  last: string;
  ended: string | null;
  released: boolean;
  begunAt: number;
};

/** The background commands of one chat, each with its terminal, until it is stopped or `endAll`. */
export class Jobs {
  readonly #held = new Map<string, Held>();
  #count = 0;

  /** `begunAt`: by a clock that only goes forward, in ms. */
  add(terminals: AgentTerminals, terminalId: string, command: string, begunAt: number): string {
    const id = `job_${(this.#count += 1)}`;
    this.#held.set(id, { terminalId, terminals, command, last: "", ended: null, released: false, begunAt });
    return id;
  }

  find(id: string): Job | null {
    const held = this.#held.get(id);
    if (!held) return null;
    return { id, command: held.command, text: () => look(held).last, state: () => look(held).ended ?? "Running." };
  }

  running(): Job[] {
    return [...this.#held.keys()].flatMap((id) => this.find(id) ?? []).filter((job) => job.state() === "Running.");
  }

  /** Its output stays readable. */
  async stop(id: string): Promise<void> {
    const held = this.#held.get(id);
    if (!held || held.released) return;
    held.released = true;
    if (look(held).ended === null) await held.terminals.kill(held.terminalId);
    look(held);
    held.ended ??= "Stopped.";
    // What its program left running goes with it.
    await held.terminals.release(held.terminalId);
  }

  /** Ends those that run and were begun since one time; of those since another it only tells. */
  async endBegun(since: { end: number; name: number }): Promise<LeftCommands> {
    const running = this.running().map(({ id, command }) => ({ id, command, begunAt: this.#held.get(id)?.begunAt ?? 0 }));
    const ended = running.filter(({ begunAt }) => begunAt >= since.end);
    const left = running.filter(({ begunAt }) => begunAt < since.end && begunAt >= since.name);
    await Promise.all(ended.map(({ id }) => this.stop(id)));
    const name = ({ id, command }: { id: string; command: string }): string => `${command.slice(0, 80)} (${id})`;
    return { ended: ended.map(name), left: left.map(name) };
  }

  async endAll(): Promise<void> {
    await Promise.all([...this.#held.keys()].map((id) => this.stop(id)));
  }
}

/** What the terminal knows by now; it forgets once it is released. */
function look(held: Held): Held {
  const output = held.terminals.output(held.terminalId);
  if (!output) {
    held.ended ??= "Ended.";
    return held;
  }
  held.last = plainOutput(output.text);
  if (output.exit) held.ended = output.exit.code === null ? "Ended by a signal." : `Ended with exit code ${output.exit.code}.`;
  return held;
}
