import type { TerminalAgent, TuiState } from "../../shared/contract/terminal-agent.ts";
import type { Terminal } from "../../shared/contract/terminals.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { NoticeReader } from "../agents/hooks/read-notice.ts";
import type { TuiPrograms } from "../agents/tui-programs.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { PlaceFailure } from "../sessions/session-records.ts";
import type { TerminalRepository } from "../store/terminals.ts";
import { Notices } from "./notices.ts";
import { plainTitle } from "./plain-title.ts";
import type { TerminalsService } from "./service.ts";
import { TuiWatch } from "./tui-watch.ts";
import type { Size } from "./window-sizes.ts";

export type AgentTuisDeps = {
  terminals: TerminalsService;
  repository: TerminalRepository;
  programs: Pick<TuiPrograms, "launch">;
  placeOf(sessionId: string): Promise<Result<{ projectId: string; cwd: string }, PlaceFailure>>;
  clock: Clock;
  log: Log;
  /** Where agents' notify hooks put what they tell. */
  noticesRoot: string;
  /** One began, ended, or stands otherwise. */
  onChange(news: TuiNews): void;
};

/** `before` is null for one that began. */
export type TuiNews = { sessionId: string; terminalId: string; agent: TerminalAgent; before: TuiState | null };

export type WaitingTui = { terminalId: string; sessionId: string; agent: TerminalAgent };

type OpenTui = { sessionId: string; agentId: string; resumes?: string | undefined } & Size;
type OpenFailure =
  | PlaceFailure
  | Failure<"AGENT_NOT_FOUND" | "CODING_AGENT_ENGINE_UNAVAILABLE" | "TERMINAL_FAILED" | "TERMINAL_NOT_FOUND" | "INPUT_INVALID">;

/** Agents' own programs on terminals of sessions, and how each stands; each from its opening until its program has ended. */
export class AgentTuis {
  readonly #deps: AgentTuisDeps;
  readonly #live = new Map<string, { sessionId: string; watch: TuiWatch; told: TuiState }>();

  constructor(deps: AgentTuisDeps) {
    this.#deps = deps;
  }

  /** In the session's working copy. `resumes`: an ended terminal of the agent's, whose conversation goes on. */
  async open({ sessionId, agentId, resumes, cols, rows }: OpenTui): Promise<Result<Terminal, OpenFailure>> {
    const { programs, terminals, clock } = this.#deps;
    const place = await this.#deps.placeOf(sessionId);
    if (!place.ok) return place;
    const resume = resumes === undefined ? ok(null) : this.#resumed(resumes, sessionId, agentId);
    if (!resume.ok) return resume;
    const program = await programs.launch(agentId, resume.value);
    if (!program.ok) return program;
    const { label, command, args, env, signs, notices: reader } = program.value;
    const conversation = resume.value?.conversation ?? null;
    const watch = new TuiWatch({ agentId, signs, clock, conversation, tell: (agent) => this.#tell(id, agent) });
    let id = "";
    const notices = reader && this.#listen(reader, watch);
    const started = terminals.start({
      ...{ sessionId, title: label, command, args: [...args], cwd: place.value.cwd, cols, rows },
      env: reader && notices ? { ...env, [reader.folderVariable]: notices.folder } : env,
      owner: null,
      holds: true,
      agent: watch.view(),
      onSignal: (signal) => watch.take(signal),
    });
    if (!started.ok) {
      notices?.dispose();
      return failure("TERMINAL_FAILED", started.error.message);
    }
    const { terminal, live } = started.value;
    id = terminal.id;
    this.#live.set(id, { sessionId, watch, told: watch.view().state });
    this.#deps.onChange({ sessionId, terminalId: id, agent: watch.view(), before: null });
    void live.exited.then(() => {
      notices?.dispose();
      watch.end();
    });
    return ok(terminal);
  }

  /** Those of a session whose program runs. */
  of(sessionId: string): TerminalAgent[] {
    return [...this.#live.values()].flatMap((one) => (one.sessionId === sessionId ? [one.watch.view()] : []));
  }

  /** Those that wait for an answer of the person's. */
  waiting(): WaitingTui[] {
    return [...this.#live]
      .map(([terminalId, { sessionId, watch }]) => ({ terminalId, sessionId, agent: watch.view() }))
      .filter(({ agent }) => agent.state === "blocked");
  }

  #listen(reader: NoticeReader, watch: TuiWatch): Notices {
    const { noticesRoot: root, log } = this.#deps;
    return new Notices({
      ...{ root, reader },
      take(event, payload) {
        const { state, text, conversation } = reader.read(event, payload);
        if (conversation !== null) watch.isIn(conversation);
        if (state !== null) watch.take({ kind: "hook", state, text: plainTitle(text) });
      },
      onError: (error) => log.error("terminals.notices", error),
    });
  }

  #resumed(
    terminalId: string,
    sessionId: string,
    agentId: string,
  ): Result<{ conversation: string | null }, Failure<"TERMINAL_NOT_FOUND" | "INPUT_INVALID">> {
    const terminal = this.#deps.repository.find(terminalId);
    if (!terminal) return failure("TERMINAL_NOT_FOUND", "There is no such terminal", { field: "resumes" });
    if (terminal.agent?.id !== agentId || terminal.sessionId !== sessionId)
      return failure("INPUT_INVALID", "That terminal was not this agent's in this session", { field: "resumes" });
    if (terminal.status === "running")
      return failure("INPUT_INVALID", "Its program still runs in that terminal. End it first.", { field: "resumes" });
    return ok({ conversation: terminal.agent.conversation });
  }

  #tell(id: string, agent: TerminalAgent): void {
    const live = this.#live.get(id);
    if (!live) return;
    const { sessionId, told } = live;
    live.told = agent.state;
    if (agent.evidence.kind === "exit") this.#live.delete(id);
    this.#deps.terminals.setAgent(id, agent);
    this.#deps.onChange({ sessionId, terminalId: id, agent, before: told });
  }
}
