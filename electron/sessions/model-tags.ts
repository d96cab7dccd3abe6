import type { Run } from "../../shared/contract/runs.ts";
import { promptText } from "../../shared/prompt.ts";
import type { Log } from "../lib/log.ts";

export type ModelTagsDeps = {
  /** Empty where there is no model for it. `known`: tags of other sessions; `modelId`: of the chat's agent, where it is one of ours. */
  ask: (prompt: string, known: readonly string[], modelId: string | null) => Promise<string[]>;
  /** The run's own model, where a model server of ours has it. */
  modelOf: (run: Run) => string | null;
  /** Tags of the project's other sessions, the most used first; null where the session has been given some, or none on purpose. */
  knownFor: (sessionId: string) => string[] | null;
  setTags: (sessionId: string, tags: string[]) => void;
  log: Log;
};

/** Tags for a session that has none yet, behind its first turn: then nobody waits for a model. */
export class ModelTags {
  readonly #deps: ModelTagsDeps;
  readonly #asked = new Set<string>();

  constructor(deps: ModelTagsDeps) {
    this.#deps = deps;
  }

  runChanged(run: Run): void {
    if (run.status !== "completed" || this.#asked.has(run.sessionId)) return;
    const known = this.#deps.knownFor(run.sessionId);
    if (known === null) return;
    this.#asked.add(run.sessionId);
    this.#tag(run, known).catch((error: unknown) => this.#deps.log.error("sessions.tags", error));
  }

  async #tag(run: Run, known: readonly string[]): Promise<void> {
    const { ask, modelOf, knownFor, setTags } = this.#deps;
    const tags = await ask(promptText(run.prompt), known, modelOf(run));
    // The person may have written some meanwhile.
    if (tags.length > 0 && knownFor(run.sessionId) !== null) setTags(run.sessionId, tags);
  }
}
