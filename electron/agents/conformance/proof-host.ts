import type { AgentAsk, AgentHost, AgentTerminals, AgentUpdate, AskOption, PermissionOutcome, QuestionOutcome } from "../port.ts";
import type { PermissionAction } from "../../../shared/run-event.ts";

/** How what the agent asks for is answered: `hold` leaves it waiting. What isn't expected is always rejected. */
export type Answering = { answer: "allow" | "reject" | "hold"; expects: (action: PermissionAction, title: string) => boolean };

export const rejectsAll: Answering = { answer: "reject", expects: () => false };

/** What the agent says and asks in one turn, and the answers that it is given. */
export class ProofHost implements AgentHost {
  readonly terminals: AgentTerminals;
  readonly #answering: Answering;
  readonly #waiting = new Set<() => void>();
  #text = "";
  #asks = 0;

  constructor(answering: Answering, terminals: AgentTerminals) {
    this.#answering = answering;
    this.terminals = terminals;
  }

  get text(): string {
    return this.#text;
  }

  /** How often it asked before it did something that was expected of it. */
  get asks(): number {
    return this.#asks;
  }

  /** Resolves once the test holds after something was said or asked. */
  until(test: (host: ProofHost) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!test(this)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  onUpdate(update: AgentUpdate): void {
    if (update.type === "text") this.#text += update.text;
    this.#changed();
  }

  async requestPermission(ask: AgentAsk, signal: AbortSignal): Promise<PermissionOutcome> {
    const allowed = await this.#decide(ask.action, ask.title, signal);
    const option = allowed === null ? undefined : fitting(ask.options, allowed ? "allow" : "reject");
    return option ? { kind: "selected", optionId: option.id, allowed: allowed === true } : { kind: "cancelled" };
  }

  async authorize(action: PermissionAction, _toolCallId: string | undefined, signal: AbortSignal): Promise<boolean> {
    return (await this.#decide(action, "", signal)) === true;
  }

  async ask(): Promise<QuestionOutcome> {
    return { kind: "declined" };
  }

  /** null: nobody answered. */
  async #decide(action: PermissionAction, title: string, signal: AbortSignal): Promise<boolean | null> {
    const { answer, expects } = this.#answering;
    if (!expects(action, title)) return false;
    this.#asks += 1;
    this.#changed();
    if (answer !== "hold") return answer === "allow";
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener("abort", resolve, { once: true }));
    return null;
  }

  #changed(): void {
    for (const look of this.#waiting) look();
  }
}

/** For this once, where it is offered. */
function fitting(options: readonly AskOption[], effect: AskOption["effect"]): AskOption | undefined {
  const fit = options.filter((option) => option.effect === effect);
  return fit.find(({ lasts }) => lasts === "once") ?? fit[0];
}
