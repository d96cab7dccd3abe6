import path from "node:path";
import type { Terminal } from "../../../shared/contract/terminals.ts";
import { failure, type Failure } from "../../../shared/errors.ts";
import type { Result } from "../../../shared/result.ts";
import type { PlaceFailure } from "../../sessions/session-records.ts";
import type { Size } from "../window-sizes.ts";
import { prepareShell, type ShellChoice, type ShellStart } from "./shell-start.ts";

/** `again`: the terminal whose shell was lost, and begins anew there. */
export type ShellPlace = { sessionId: string; again?: Terminal } & Size;
export type ShellFailure = PlaceFailure | Failure<"TERMINAL_FAILED">;

export type PersonShellsDeps = ShellChoice & {
  /** Where a session's programs run; fails unless its project is trusted and its working copy is there. */
  placeOf(sessionId: string): Promise<Result<{ projectId: string; cwd: string }, PlaceFailure>>;
  sessionExists(sessionId: string): boolean;
  /** The person's environment for this project, with nothing of ours in it. */
  shellEnv(projectId: string): Promise<Record<string, string>>;
};

type Start = (shell: ShellPlace & ShellStart & { title: string; cwd: string }) => Result<Terminal, ShellFailure>;
type Opening = { sessionId: string; id: string | null; isStopped: boolean };

/**
 * Owns the person's shells from when one is asked for until it has started. What is stopped, closed or deleted meanwhile
 * doesn't start: nobody would see or end it.
 */
export class PersonShells {
  readonly #deps: PersonShellsDeps;
  readonly #start: Start;
  readonly #openings = new Set<Opening>();
  /** Lost shells that begin anew now, by their terminals. */
  readonly #beginning = new Map<string, Promise<Result<Terminal, ShellFailure>>>();

  constructor(deps: PersonShellsDeps, start: Start) {
    this.#deps = deps;
    this.#start = start;
  }

  async open(where: ShellPlace): Promise<Result<Terminal, ShellFailure>> {
    const opening: Opening = { sessionId: where.sessionId, id: where.again?.id ?? null, isStopped: false };
    this.#openings.add(opening);
    try {
      const place = await this.#deps.placeOf(where.sessionId);
      if (!place.ok) return place;
      const env = await this.#deps.shellEnv(place.value.projectId);
      if (!this.#deps.sessionExists(where.sessionId)) return failure("SESSION_NOT_FOUND", "There is no such session");
      if (opening.isStopped) return failure("TERMINAL_FAILED", "It was stopped before it began.");
      const shell = prepareShell(this.#deps, env);
      return this.#start({ ...where, ...shell, title: path.basename(shell.command), cwd: place.value.cwd });
    } finally {
      this.#openings.delete(opening);
    }
  }

  /** Has the lost shell of this terminal begin anew, once for all who look at it. */
  begin(terminal: Terminal): Promise<Result<Terminal, ShellFailure>> {
    const { id, sessionId, cols, rows } = terminal;
    const going = this.#beginning.get(id);
    if (going) return going;
    const begun = this.open({ sessionId, cols, rows, again: terminal }).finally(() => this.#beginning.delete(id));
    this.#beginning.set(id, begun);
    return begun;
  }

  /** Of what is being opened, nothing starts any more. */
  stop(which: { ids: readonly string[] } | { sessionId: string }): void {
    for (const opening of this.#openings) {
      if ("sessionId" in which) opening.isStopped ||= opening.sessionId === which.sessionId;
      else opening.isStopped ||= opening.id !== null && which.ids.includes(opening.id);
    }
  }
}
