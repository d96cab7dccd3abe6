import type { RunEventBody } from "../../shared/run-event.ts";
import type { Execution } from "./execution.ts";

/** The runs that go on: from the moment one begins until it has ended. */
export class LiveRuns {
  readonly #executions = new Map<string, Execution>();

  add(execution: Execution): void {
    this.#executions.set(execution.runId, execution);
  }

  delete(runId: string): void {
    this.#executions.delete(runId);
  }

  find(runId: string): Execution | undefined {
    return this.#executions.get(runId);
  }

  list(): Execution[] {
    return [...this.#executions.values()];
  }

  /** Adds an event of permissions or questions to a run, if it goes on. */
  append(runId: string, body: RunEventBody): void {
    this.#executions.get(runId)?.append(body);
  }
}
