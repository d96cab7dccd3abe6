import { randomBytes } from "node:crypto";
import type { TerminalAgent } from "../../shared/contract/terminal-agent.ts";
import type { Terminal, TerminalOutput } from "../../shared/contract/terminals.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { TerminalColors } from "../../shared/terminal-colors.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import { isSameProcess, type ProcessIdentity } from "../lib/process-tree.ts";
import type { TerminalRepository } from "../store/terminals.ts";
import { Settle } from "../lib/settle.ts";
import { Tickets } from "./tickets.ts";
import { PersonShells, type PersonShellsDeps, type ShellFailure } from "./shells/person-shells.ts";
import { plainTitle } from "./plain-title.ts";
import { unseenColors } from "./color-answers.ts";
import { openLiveTerminal, type LiveOptions, type LiveTerminal } from "./live-terminal.ts";
import type { PtyExit, PtyFailure } from "./pty.ts";
import type { Size } from "./window-sizes.ts";

export type TerminalsDeps = PersonShellsDeps & {
  repository: TerminalRepository;
  clock: Clock;
  /** What must be gone when this core is: the program and, with a tag, all that carries it. */
  recordProcess(process: ProcessIdentity & { tag: string }, label: string): void;
  forgetProcess(process: ProcessIdentity): void;
  announce(terminal: Terminal): void;
  announceRemoved(id: string): void;
  /** A terminal of the session has printed something, and nothing since for a moment, or its program has ended. */
  onQuiet: (sessionId: string) => void;
};

/** A program that has printed nothing for so long has come to rest; one that never does is taken for it now and then. */
const quietMs = 700;
const maxLoudMs = 5_000;
/** What a shell shows is stored so often, for the case that Hearth is killed. */
const keptMs = { quiet: 5_000, most: 30_000 };

/** After what an earlier shell left on the screen. */
const anew = "\u001b[0m\r\n\u001b[2m— The shell ended with Hearth. A new one began here. —\u001b[0m\r\n";

/** Where none can begin under it; `why` is plain. */
const notAnew = (why: string): string =>
  `\u001b[0m\r\n\u001b[2m— The shell ended with Hearth. No new one began: ${why} —\u001b[0m\r\n`;

type NotFound = Failure<"TERMINAL_NOT_FOUND">;
export type TerminalStart = {
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
  /** Whose own program it is, and how that stands. */
  agent?: TerminalAgent;
  onData?: (data: string) => void;
  /** It is the person's shell, which begins anew where Hearth ended under it. */
  isShell?: boolean;
  /** The terminal in which it begins anew. */
  again?: Terminal;
} & Pick<LiveOptions, "onSignal">;

export type WindowFit = Size & { ticket: string; used: boolean; colors: TerminalColors };

/**
 * Owns every running terminal, from opening to exit, close, the end of its session or the end of the core.
 * An ended terminal stays as a record with its last screen until it is closed.
 */
export class TerminalsService {
  readonly #deps: TerminalsDeps;
  readonly #live = new Map<string, LiveTerminal>();
  readonly #tickets: Tickets;
  /** Of the window that was used last, on any terminal. */
  #colors = unseenColors;
  /**
   * Agents' terminals until they are released, ended ones included: they are listed, and what their programs left
   * running goes with them. What a person's shell leaves running (an editor, a multiplexer) is the person's.
   */
  readonly #heldByAgent = new Map<string, LiveTerminal>();
  readonly #shells: PersonShells;
  #leaves = false;

  constructor(deps: TerminalsDeps) {
    this.#deps = deps;
    this.#tickets = new Tickets(deps.clock);
    this.#shells = new PersonShells(deps, (shell) => {
      if (this.#leaves) return failure("TERMINAL_FAILED", "Hearth is ending.");
      const started = this.start({ ...shell, owner: null, holds: true, isShell: true });
      return started.ok ? ok(started.value.terminal) : failure("TERMINAL_FAILED", started.error.message);
    });
    deps.repository.endLost();
  }

  start(options: TerminalStart): Result<{ terminal: Terminal; live: LiveTerminal }, PtyFailure> {
    const { again, isShell = false } = options;
    const createdAt = again ? Date.parse(again.createdAt) : this.#deps.clock.now();
    const id = again?.id ?? newId("term", createdAt);
    const quiet = this.#quiet(options.sessionId);
    const keep = isShell ? this.#keep(id) : null;
    const tag = options.owner === null ? null : randomBytes(16).toString("hex");
    const opened = openLiveTerminal({
      ...options,
      ...(tag === null ? {} : { tag }),
      ...(again ? { before: this.#deps.repository.screen(id) + anew } : {}),
      env: { ...options.env, TERM: "xterm-256color", COLORTERM: "truecolor", TERM_PROGRAM: "Hearth" },
      onData: (data) => {
        options.onData?.(data);
        quiet.notice();
        keep?.notice();
      },
      clock: this.#deps.clock,
      colors: () => this.#colors,
      onSize: (size) => this.#deps.repository.setSize(id, size.cols, size.rows),
      onTitle: (title) => this.#deps.repository.setTitle(id, title || options.title, () => this.#announce(id)),
      onExit: (exit, screen) => {
        void quiet.settled().finally(() => quiet.dispose());
        keep?.dispose();
        return this.#ended(id, running.identity, { ...exit, isLost: isShell && this.#leaves }, screen);
      },
    });
    if (!opened.ok) return opened;
    const running = opened.value;
    this.#live.set(id, running);
    this.#deps.recordProcess({ ...running.identity, tag: tag ?? "" }, options.title);
    const { sessionId, owner, title, cwd, cols, rows, agent = null } = options;
    if (owner !== null) this.#heldByAgent.set(id, running);
    const facts = { id, sessionId, owner, title, cwd, cols, rows, agent };
    const terminal: Terminal = { ...facts, status: "running", exitCode: null, createdAt: isoTime(createdAt) };
    if (again) this.#deps.repository.begin(id, title, () => this.#announce(id));
    else this.#deps.repository.add(terminal, isShell, () => this.#announce(id));
    return ok({ terminal, live: running });
  }

  #quiet(sessionId: string): Settle {
    const { clock, onQuiet } = this.#deps;
    const work = (): Promise<void> => Promise.resolve(onQuiet(sessionId));
    return new Settle({ clock, quietMs, maxMs: maxLoudMs, restRatio: 0, work, onError: () => {} });
  }

  #keep(id: string): Settle {
    const { clock, repository, log } = this.#deps;
    const work = async (): Promise<void> => this.#live.get(id)?.kept((screen) => repository.setScreen(id, screen));
    const onError = (error: unknown): void => log.error("terminals.keep", error);
    return new Settle({ clock, quietMs: keptMs.quiet, maxMs: keptMs.most, restRatio: 0, work, onError });
  }

  /** Opens the person's login shell in the session's working copy. */
  open(sessionId: string, size: Size): Promise<Result<Terminal, ShellFailure>> {
    return this.#shells.open({ sessionId, ...size });
  }

  /** How the agent whose own program runs there stands now. */
  setAgent(id: string, agent: TerminalAgent): void {
    this.#deps.repository.setAgent(id, agent, () => this.#announce(id));
  }

  /** A session's terminals, oldest first. Released ones of agents can still be read, but are no longer listed. */
  list(sessionId: string): Result<Terminal[], Failure<"SESSION_NOT_FOUND">> {
    if (!this.#deps.sessionExists(sessionId)) return failure("SESSION_NOT_FOUND", "There is no such session");
    return ok(this.#deps.repository.list(sessionId).filter((terminal) => this.#isListed(terminal)));
  }

  listAll(): Terminal[] {
    return this.#deps.repository.list().filter((terminal) => this.#isListed(terminal));
  }

  ticket(id: string): Result<{ ticket: string }, NotFound> {
    return this.#find(id, () => ({ ticket: this.#tickets.issue(id) }));
  }

  /**
   * `begins`: a person looks, so a shell that ended with Hearth begins anew, under what it had shown.
   * `signal` must end when nobody reads any more: a reader that has gone without it would hold the program.
   */
  attach(
    id: string,
    ticket: string,
    signal: AbortSignal,
    { begins } = { begins: false },
  ): Result<AsyncGenerator<TerminalOutput, void, undefined>, NotFound | Failure<"TERMINAL_TICKET_INVALID">> {
    if (!this.#tickets.take(ticket, id))
      return failure("TERMINAL_TICKET_INVALID", "This ticket is used up or too old. Ask for another.", { field: "ticket" });
    return this.#find(id, (terminal) => {
      const live = this.#live.get(id);
      if (live) return live.attach(ticket, signal);
      return begins && this.#deps.repository.isLost(id) ? this.#attachAnew(terminal, ticket, signal) : this.#readEnded(terminal);
    });
  }

  /** Into an ended terminal nothing is written. */
  write(id: string, data: string, ticket?: string): Result<null, NotFound> {
    return this.#whileLive(id, (live) => live.write(data, ticket));
  }

  acknowledge(id: string, ticket: string, chars: number): Result<null, NotFound> {
    return this.#whileLive(id, (live) => live.acknowledge(ticket, chars));
  }

  resize(id: string, { cols, rows }: Size): Result<Terminal, NotFound> {
    return this.#find(id, (terminal) => {
      const live = this.#live.get(id);
      live?.resize({ cols, rows });
      return live ? { ...terminal, cols, rows } : terminal;
    });
  }

  fit(id: string, { ticket, cols, rows, used, colors }: WindowFit): Result<null, NotFound> {
    return this.#whileLive(id, (live) => {
      if (used) this.#colors = colors;
      live.resizeWindow(ticket, { cols, rows }, used);
    });
  }

  /** Ends the program, with everything it started, and forgets the terminal. */
  async close(id: string): Promise<Result<null, NotFound>> {
    const terminal = this.#find(id, () => null);
    if (!terminal.ok) return terminal;
    await this.#stopAll([id]);
    this.#heldByAgent.delete(id);
    this.#deps.repository.remove(id);
    this.#deps.announceRemoved(id);
    return ok(null);
  }

  /** An agent lets go of a terminal: it ends, and leaves the list; its last screen stays readable. */
  async release(id: string): Promise<void> {
    await this.#stopAll([id]);
    if (this.#heldByAgent.delete(id)) this.#deps.announceRemoved(id);
  }

  /** Programs that run in terminals, those of agents among them. */
  processes(): { pid: number; label: string; sessionId: string; startedAt: string }[] {
    return [...this.#live].flatMap(([id, { identity }]) => {
      const terminal = this.#deps.repository.find(id);
      if (!terminal) return [];
      return { pid: identity.pid, label: terminal.title, sessionId: terminal.sessionId, startedAt: terminal.createdAt };
    });
  }

  /** Ends the program of a terminal, with what it started; null where it runs in none. What it showed stays. */
  async endProcess(pid: number): Promise<{ gone: boolean } | null> {
    const [id, live] = [...this.#live].find(([, { identity }]) => identity.pid === pid) ?? [];
    if (id === undefined || !live) return null;
    await this.#stopAll([id]);
    return { gone: !isSameProcess(live.identity) };
  }

  stop(id: string): Promise<void> {
    return this.#stopAll([id]);
  }

  /** Ends all programs of a session; their records stay. */
  stopSession(sessionId: string): Promise<void> {
    this.#shells.stop({ sessionId });
    return this.#stopAll(this.#deps.repository.list(sessionId).map((terminal) => terminal.id));
  }

  /**
   * Takes what a session's programs showed out of the store, once they have ended. SQLite may leave the bytes in free
   * pages, and in backups, until those are written over.
   */
  forgetSession(sessionId: string): void {
    this.#shells.stop({ sessionId });
    for (const { id } of this.#deps.repository.list(sessionId)) {
      this.#heldByAgent.delete(id);
      this.#deps.repository.remove(id);
      this.#deps.announceRemoved(id);
    }
  }

  /** Ends every program, keeping what each showed. Who looks at a person's shell isn't told of an exit: it begins anew later. */
  dispose(): Promise<void> {
    this.#leaves = true;
    return this.#stopAll([...new Set([...this.#live.keys(), ...this.#heldByAgent.keys()])]);
  }

  #announce(id: string): void {
    const terminal = this.#deps.repository.find(id);
    if (terminal) this.#deps.announce(terminal);
  }

  #ended(id: string, process: ProcessIdentity, exit: PtyExit & { isLost: boolean }, screen: string): boolean {
    this.#live.delete(id);
    if (!this.#heldByAgent.has(id)) this.#deps.forgetProcess(process);
    if (exit.isLost) this.#deps.repository.lose(id, screen);
    else this.#deps.repository.end(id, exit.code, screen, () => this.#announce(id));
    return !exit.isLost;
  }

  #isListed(terminal: Terminal): boolean {
    return terminal.owner === null || this.#live.has(terminal.id) || this.#heldByAgent.has(terminal.id);
  }

  #find<T>(id: string, then: (terminal: Terminal) => T): Result<T, NotFound> {
    const terminal = this.#deps.repository.find(id);
    return terminal ? ok(then(terminal)) : failure("TERMINAL_NOT_FOUND", "There is no such terminal");
  }

  /** Does nothing to one that has ended. */
  #whileLive(id: string, then: (live: LiveTerminal) => void): Result<null, NotFound> {
    return this.#find(id, () => {
      const live = this.#live.get(id);
      if (live) then(live);
      return null;
    });
  }

  async *#attachAnew(terminal: Terminal, ticket: string, signal: AbortSignal): AsyncGenerator<TerminalOutput, void, undefined> {
    if (this.#leaves) return;
    const begun = await this.#shells.begin(terminal);
    const live = this.#live.get(terminal.id);
    if (live) return yield* live.attach(ticket, signal);
    // Who looks at a shell while the core leaves isn't told of an exit, and what was closed has gone.
    if (this.#leaves || !this.#deps.repository.find(terminal.id)) return;
    yield* this.#readEnded(terminal, begun.ok ? "" : notAnew(plainTitle(begun.error.message)));
  }

  async *#readEnded(terminal: Terminal, note = ""): AsyncGenerator<TerminalOutput, void, undefined> {
    const { cols, rows } = terminal;
    yield { type: "replay", data: this.#deps.repository.screen(terminal.id) + note, cols, rows, marks: [] };
    yield { type: "exit", exitCode: terminal.exitCode };
  }

  async #stopAll(ids: readonly string[]): Promise<void> {
    this.#shells.stop({ ids });
    await Promise.all(
      ids.map(async (id) => {
        const terminal = this.#live.get(id) ?? this.#heldByAgent.get(id);
        await terminal?.stop();
        if (terminal) this.#deps.forgetProcess(terminal.identity);
      }),
    );
  }
}
