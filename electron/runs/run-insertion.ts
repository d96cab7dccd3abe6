import type { Run } from "../../shared/contract/runs.ts";
import { failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { RunEvent } from "../../shared/run-event.ts";
import type { Clock } from "../lib/clock.ts";
import { faultText, storeFault } from "../store/faults.ts";
import type { Store } from "../store/open.ts";
import type { RunRepository } from "../store/runs.ts";
import type { Checked, CreateRun, RunRefusal } from "./run-checks.ts";

type Deps = { store: Store; runs: RunRepository; clock: Clock };
type Inserted = { run: Run; events: RunEvent[] };

/** Makes runs: the row and its first event, in one transaction. Holds nothing. */
export class RunInsertion {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The run that the same idempotency key made before. */
  earlier(input: Pick<CreateRun, "chatId" | "idempotencyKey">): Run | null {
    return input.idempotencyKey ? this.#deps.runs.findByKey(input.chatId, input.idempotencyKey) : null;
  }

  /**
   * Writes the run; `also` happens in the same transaction. Without events where the key had made it before. A prompt
   * that can't be stored is refused, never kept in memory alone.
   */
  async insert(input: CreateRun, checked: Checked, also: () => void): Promise<Result<Inserted, RunRefusal>> {
    try {
      return ok(await this.#deps.store.writeOnceFree(() => this.#write(input, checked, also)));
    } catch (error) {
      if (storeFault(error) === null) throw error;
      return failure("STORE_UNAVAILABLE", `The prompt can't be saved: ${faultText(error)}`);
    }
  }

  #write(input: CreateRun, { agentId, session }: Checked, also: () => void): Inserted {
    const earlier = this.earlier(input);
    if (earlier) return { run: earlier, events: [] };
    const { runs, clock } = this.#deps;
    const now = clock.now();
    const id = newId("run", now);
    runs.insert({
      id,
      chatId: input.chatId,
      sessionId: session.id,
      workingCopyId: session.copy.id,
      agentId,
      requestedModelId: input.modelId,
      modeId: input.modeId ?? null,
      thinkingLevel: input.thinkingLevel ?? null,
      baseRevisionId: session.copy.revisionId,
      prompt: input.prompt,
      context: input.context ?? null,
      limits: input.limits ?? null,
      idempotencyKey: input.idempotencyKey ?? null,
      reason: null,
      createdAt: now,
    });
    also();
    const events = runs.append(id, [{ body: { type: "run.accepted", payload: { agentId, modelId: input.modelId } }, at: now }]);
    const run = runs.find(id);
    if (!run) throw new Error(`No run ${id}`);
    return { run, events };
  }
}
