import type { Run } from "../../shared/contract/runs.ts";
import type { Session } from "../../shared/contract/sessions.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Log } from "../lib/log.ts";
import type { RunsService } from "../runs/runs-service.ts";
import type { SessionRecords } from "./session-records.ts";
import type { SessionRemoval } from "./session-removal.ts";
import type { SessionsService } from "./sessions-service.ts";

type Deps = {
  sessions: Pick<SessionsService, "create">;
  records: Pick<SessionRecords, "setOneShot" | "whenReady" | "find">;
  removal: Pick<SessionRemoval, "remove">;
  runs: Pick<RunsService, "listOpen" | "cancel" | "ended">;
  endWork: (sessionId: string, folder: string | null) => Promise<void>;
  log: Log;
};

type Created = Awaited<ReturnType<SessionsService["create"]>>;

/**
 * Sessions for one prompt: each lasts as long as whoever opened it reads on. Then what goes on in it is stopped, and it is
 * deleted; one with work that would be lost stays as any other, and so does one whose turn is paused and can go on.
 */
export class OneShots {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  async open(
    input: Parameters<SessionsService["create"]>[0],
    signal: AbortSignal,
  ): Promise<Result<AsyncGenerator<{ session: Session }>, Extract<Created, { ok: false }>["error"]>> {
    const created = await this.#deps.sessions.create(input);
    if (!created.ok) return created;
    const session = created.value;
    this.#deps.records.setOneShot(session.id, true);
    const gone = Promise.withResolvers<void>();
    signal.addEventListener("abort", () => gone.resolve(), { once: true });
    if (signal.aborted) gone.resolve();
    const ended = gone.promise.then(() => this.#end(session.id));
    ended.catch((error: unknown) => this.#deps.log.error("session.one-shot", error, { sessionId: session.id }));
    return ok(hold(session, gone, ended));
  }

  async #end(id: string): Promise<void> {
    const { records, removal, endWork } = this.#deps;
    await records.whenReady(id, AbortSignal.timeout(readyMs));
    if (this.#openRuns(id).some(({ status }) => status === "paused")) return records.setOneShot(id, false);
    await this.#stopRuns(id);
    const removed = await removal.remove(id, false);
    records.setOneShot(id, false);
    if (!removed.ok && records.find(id)) await endWork(id, records.find(id)?.copy.path ?? null);
  }

  #openRuns(sessionId: string): Run[] {
    return this.#deps.runs.listOpen().filter((run) => run.sessionId === sessionId);
  }

  async #stopRuns(sessionId: string): Promise<void> {
    const { runs } = this.#deps;
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = (): void => void (this.#openRuns(sessionId).length === 0 && resolve());
    const off = runs.ended.on(look);
    for (const { id } of this.#openRuns(sessionId)) runs.cancel(id);
    look();
    await promise.finally(off);
  }
}

const readyMs = 10 * 60_000;

async function* hold(
  session: Session,
  gone: PromiseWithResolvers<void>,
  ended: Promise<void>,
): AsyncGenerator<{ session: Session }> {
  try {
    yield { session };
    await gone.promise;
  } finally {
    gone.resolve();
    await ended;
  }
}
