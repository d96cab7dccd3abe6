import { randomBytes } from "node:crypto";
import path from "node:path";
import type { Terminal, TerminalOutput } from "../../shared/contract/terminals.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { ProcessIdentity } from "../lib/process-tree.ts";
import type { TerminalRepository } from "../store/terminals.ts";
import { createTickets } from "./tickets.ts";
import { openLiveTerminal, type LiveTerminal } from "./live-terminal.ts";
import type { PtyExit, PtyFailure } from "./pty.ts";

export type PlaceFailure = Failure<
  "SESSION_NOT_FOUND" | "WORKING_COPY_MISSING" | "WORKING_COPY_NOT_READY" | "PROJECT_NOT_TRUSTED"
>;

export type TerminalsDeps = {
  repository: TerminalRepository;
  clock: Clock;
  /** Where a session's programs run; fails unless its project is trusted and its working copy is there. */
  placeOf(sessionId: string): Promise<Result<{ projectId: string; cwd: string }, PlaceFailure>>;
  sessionExists(sessionId: string): boolean;
  /** The person's environment for this project, with nothing of ours in it. */
  shellEnv(projectId: string): Promise<Record<string, string>>;
  /** The shell from the settings; null takes the person's own. */
  shell(): string | null;
  /** What must be gone when this core is: the program and, with a tag, all that carries it. */
  recordProcess(process: ProcessIdentity & { tag: string }, label: string): void;
  forgetProcess(process: ProcessIdentity): void;
  announce(terminal: Terminal): void;
  announceRemoved(id: string): void;
};

type NotFound = Failure<"TERMINAL_NOT_FOUND">;
export type StartOptions = {
  sessionId: string;
  owner: string | null;
  title: string;
  command: string;
  args: string[];
  cwd: string;
  env: Record<string, string>;
  cols: number;
  rows: number;
  /** See `LiveOptions.holds`. */
  holds: boolean;
  onData?: (data: string) => void;
};

export type TerminalsService = ReturnType<typeof createTerminalsService>;

/**
 * Owns every running terminal, from opening to exit, close, the end of its session or the end of the core.
 * An ended terminal stays as a record with its last screen until it is closed.
 */
export function createTerminalsService(deps: TerminalsDeps) {
  const { repository, clock } = deps;
  const live = new Map<string, LiveTerminal>();
  const tickets = createTickets(clock);
  /**
   * Agents' terminals until they are released, ended ones included: they are listed, and what their programs left
   * running goes with them. What a person's shell leaves running (an editor, a multiplexer) is the person's.
   */
  const heldByAgent = new Map<string, LiveTerminal>();

  repository.endLost();

  function announce(id: string): void {
    const terminal = repository.find(id);
    if (terminal) deps.announce(terminal);
  }

  function ended(id: string, process: ProcessIdentity, exit: PtyExit, screen: string): void {
    live.delete(id);
    if (!heldByAgent.has(id)) deps.forgetProcess(process);
    repository.end(id, exit.code, screen, () => announce(id));
  }

  function start(options: StartOptions): Result<{ terminal: Terminal; live: LiveTerminal }, PtyFailure> {
    const createdAt = clock.now();
    const id = newId("term", createdAt);
    const tag = options.owner === null ? null : randomBytes(16).toString("hex");
    const opened = openLiveTerminal({
      ...options,
      ...(tag === null ? {} : { tag }),
      env: { ...options.env, TERM: "xterm-256color", COLORTERM: "truecolor", TERM_PROGRAM: "Hearth" },
      clock,
      onTitle(title) {
        repository.setTitle(id, title || options.title, () => announce(id));
      },
      onExit: (exit, screen) => ended(id, running.identity, exit, screen),
    });
    if (!opened.ok) return opened;
    const running = opened.value;
    live.set(id, running);
    deps.recordProcess({ ...running.identity, tag: tag ?? "" }, options.title);
    const { sessionId, owner, title, cwd, cols, rows } = options;
    if (owner !== null) heldByAgent.set(id, running);
    const facts = { id, sessionId, owner, title, cwd, cols, rows };
    const terminal: Terminal = { ...facts, status: "running", exitCode: null, createdAt: isoTime(createdAt) };
    repository.add(terminal, () => announce(id));
    return ok({ terminal, live: running });
  }

  function isListed(terminal: Terminal): boolean {
    return terminal.owner === null || live.has(terminal.id) || heldByAgent.has(terminal.id);
  }

  function found<T>(id: string, then: (terminal: Terminal) => T): Result<T, NotFound> {
    const terminal = repository.find(id);
    return terminal ? ok(then(terminal)) : failure("TERMINAL_NOT_FOUND", "There is no such terminal");
  }

  async function* readEnded(terminal: Terminal): AsyncGenerator<TerminalOutput, void, undefined> {
    yield { type: "replay", data: repository.screen(terminal.id), cols: terminal.cols, rows: terminal.rows };
    yield { type: "exit", exitCode: terminal.exitCode };
  }

  async function stopAll(ids: readonly string[]): Promise<void> {
    await Promise.all(
      ids.map(async (id) => {
        const terminal = live.get(id) ?? heldByAgent.get(id);
        await terminal?.stop();
        if (terminal) deps.forgetProcess(terminal.identity);
      }),
    );
  }

  return {
    start,

    /** Opens the person's login shell in the session's working copy. */
    async open(
      sessionId: string,
      size: { cols: number; rows: number },
    ): Promise<Result<Terminal, PlaceFailure | Failure<"TERMINAL_FAILED">>> {
      const place = await deps.placeOf(sessionId);
      if (!place.ok) return place;
      const env = await deps.shellEnv(place.value.projectId);
      const shell = loginShell(deps.shell(), env);
      const title = path.basename(shell.command);
      const started = start({ sessionId, owner: null, title, ...shell, cwd: place.value.cwd, env, ...size, holds: true });
      return started.ok ? ok(started.value.terminal) : failure("TERMINAL_FAILED", started.error.message);
    },

    /** A session's terminals, oldest first. Released ones of agents can still be read, but are no longer listed. */
    list(sessionId: string): Result<Terminal[], Failure<"SESSION_NOT_FOUND">> {
      if (!deps.sessionExists(sessionId)) return failure("SESSION_NOT_FOUND", "There is no such session");
      return ok(repository.list(sessionId).filter(isListed));
    },

    listAll: (): Terminal[] => repository.list().filter(isListed),

    ticket: (id: string): Result<{ ticket: string }, NotFound> => found(id, () => ({ ticket: tickets.issue(id) })),

    /** `signal` must end when nobody reads any more: a reader that has gone without it would hold the program. */
    attach(
      id: string,
      ticket: string,
      signal: AbortSignal,
    ): Result<AsyncGenerator<TerminalOutput, void, undefined>, NotFound | Failure<"TERMINAL_TICKET_INVALID">> {
      if (!tickets.take(ticket, id))
        return failure("TERMINAL_TICKET_INVALID", "This ticket is used up or too old. Ask for another.", { field: "ticket" });
      return found(id, (terminal) => live.get(id)?.attach(signal) ?? readEnded(terminal));
    },

    /** Into an ended terminal nothing is written. */
    write: (id: string, data: string): Result<null, NotFound> =>
      found(id, () => {
        live.get(id)?.write(data);
        return null;
      }),

    acknowledge: (id: string, chars: number): Result<null, NotFound> =>
      found(id, () => {
        live.get(id)?.acknowledge(chars);
        return null;
      }),

    resize: (id: string, { cols, rows }: { cols: number; rows: number }): Result<Terminal, NotFound> =>
      found(id, (terminal) => {
        const running = live.get(id);
        if (!running) return terminal;
        running.resize(cols, rows);
        repository.setSize(id, cols, rows);
        return { ...terminal, cols, rows };
      }),

    /** Ends the program, with everything it started, and forgets the terminal. */
    async close(id: string): Promise<Result<null, NotFound>> {
      const terminal = found(id, () => null);
      if (!terminal.ok) return terminal;
      await stopAll([id]);
      heldByAgent.delete(id);
      repository.remove(id);
      deps.announceRemoved(id);
      return ok(null);
    },

    /** An agent lets go of a terminal: it ends, and leaves the list; its last screen stays readable. */
    async release(id: string): Promise<void> {
      await stopAll([id]);
      if (heldByAgent.delete(id)) deps.announceRemoved(id);
    },

    stop: (id: string): Promise<void> => stopAll([id]),

    /** Ends all programs of a session; their records stay. */
    stopSession: (sessionId: string): Promise<void> => stopAll(repository.list(sessionId).map((terminal) => terminal.id)),

    /** Ends every program, keeping what each showed. */
    dispose: (): Promise<void> => stopAll([...new Set([...live.keys(), ...heldByAgent.keys()])]),
  };
}

function loginShell(chosen: string | null, env: Record<string, string>): { command: string; args: string[] } {
  if (process.platform === "win32") return { command: chosen ?? "powershell.exe", args: [] };
  return { command: chosen ?? env.SHELL ?? "/bin/sh", args: ["-l"] };
}
