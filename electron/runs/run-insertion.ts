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

/** How long a new run waits for a store that another process holds, and how often it looks. */
const patienceMs = 20_000;
const pauseMs = 200;

type Deps = { store: Store; runs: RunRepository; clock: Clock };
type Inserted = { run: Run; events: RunEvent[] };

/** Makes runs: the row and its first event, in one transaction. Holds nothing. */
export class RunInsertion {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** The run that the same idempotency key made before. */
  earlier(input: CreateRun): Run | null {
    return input.idempotencyKey ? this.#deps.runs.findByKey(input.chatId, input.idempotencyKey) : null;
  }

  /**
   * Writes the run; `also` happens in the same transaction. Without events where the key had made it before. A prompt
   * that can't be stored is refused, never kept in memory alone.
   */
  async insert(input: CreateRun, checked: Checked, also: () => void): Promise<Result<Inserted, RunRefusal>> {
    const until = this.#deps.clock.monotonic() + patienceMs;
    for (;;) {
      const earlier = this.earlier(input);
      if (earlier) return ok({ run: earlier, events: [] });
      try {
        return ok(this.#write(input, checked, also));
      } catch (error) {
        const fault = storeFault(error);
        if (fault === null) throw error;
        if (fault !== "busy" || this.#deps.clock.monotonic() >= until)
          return failure("STORE_UNAVAILABLE", `The prompt can't be saved: ${faultText(error)}`);
      }
      await new Promise<void>((resolve) => void this.#deps.clock.after(pauseMs, resolve));
    }
  }

  #write(input: CreateRun, { agentId, session }: Checked, also: () => void): Inserted {
    const { store, runs, clock } = this.#deps;
    const now = clock.now();
    const id = newId("run", now);
    const events = store.write(() => {
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
        idempotencyKey: input.idempotencyKey ?? null,
        reason: null,
        createdAt: now,
      });
      also();
      return runs.append(id, [{ body: { type: "run.accepted", payload: { agentId, modelId: input.modelId } }, at: now }]);
    });
    const run = runs.find(id);
    if (!run) throw new Error(`No run ${id}`);
    return { run, events };
  }
}
