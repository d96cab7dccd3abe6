import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import type { LayoutRepository } from "../store/layouts.ts";
import type { SessionRecords } from "./session-records.ts";

const maxBytes = 256 * 1024;

type Deps = { rows: LayoutRepository; clock: Clock; sessions: SessionRecords };
type NotFound = Failure<"SESSION_NOT_FOUND">;

/** Keeps a session's layout document; what it means is the reader's affair, who repairs what he can't use. */
export class LayoutService {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  get(sessionId: string): Result<{ document: unknown }, NotFound> {
    if (!this.#deps.sessions.exists(sessionId)) return notFound();
    return ok({ document: this.#deps.rows.find(sessionId) });
  }

  save(sessionId: string, document: Record<string, unknown>): Result<{ saved: true }, NotFound | Failure<"TOO_LARGE">> {
    if (!this.#deps.sessions.exists(sessionId)) return notFound();
    const bytes = Buffer.byteLength(JSON.stringify(document));
    if (bytes > maxBytes)
      return failure("TOO_LARGE", `The layout has ${bytes} bytes; ${maxBytes} are the most that is kept.`, {
        field: "document",
      });
    this.#deps.rows.save(sessionId, document, this.#deps.clock.now());
    return ok({ saved: true });
  }
}

function notFound(): { ok: false; error: NotFound } {
  return failure("SESSION_NOT_FOUND", "There is no such session, or it was deleted.", { field: "sessionId" });
}
