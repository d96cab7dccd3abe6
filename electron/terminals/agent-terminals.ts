import { fail, ok } from "../../shared/result.ts";
import type { AgentTerminals } from "../agents/port.ts";
import { Tail } from "../lib/tail.ts";
import type { PtyExit } from "./pty.ts";
import type { TerminalsDeps, TerminalsService } from "./service.ts";

const cols = 120;
const rows = 30;

type Held = { tail: Tail; exit: PtyExit | null; exited: Promise<PtyExit> };

export type SessionTerminalsDeps = { service: TerminalsService; sessionId: string; agentId: string } & Pick<
  TerminalsDeps,
  "placeOf" | "shellEnv"
>;

/**
 * The terminals of one agent in one session: commands it runs as real PTYs, shown to the person as tabs. Each is the
 * agent's until it is released; what it printed is kept up to the limit the agent gave.
 */
export class SessionTerminals implements AgentTerminals {
  readonly #deps: SessionTerminalsDeps;
  readonly #held = new Map<string, Held>();

  constructor(deps: SessionTerminalsDeps) {
    this.#deps = deps;
  }

  async create({
    command,
    args,
    cwd,
    env,
    maxBytes,
  }: Parameters<AgentTerminals["create"]>[0]): ReturnType<AgentTerminals["create"]> {
    const { service, sessionId, agentId, placeOf, shellEnv } = this.#deps;
    const place = await placeOf(sessionId);
    if (!place.ok) return fail({ type: "unavailable", message: place.error.message });
    const tail = new Tail(maxBytes);
    const started = service.start({
      sessionId,
      owner: agentId,
      title: [command, ...args].join(" ").replaceAll(/\s+/g, " ").slice(0, 120),
      command,
      args,
      cwd,
      env: { ...(await shellEnv(place.value.projectId)), ...env },
      cols,
      rows,
      holds: false,
      onData: (data) => tail.push(data),
    });
    if (!started.ok) return fail({ type: "start-failed", message: started.error.message });
    const entry: Held = { tail, exit: null, exited: started.value.live.exited };
    void entry.exited.then((exit) => (entry.exit = exit));
    this.#held.set(started.value.terminal.id, entry);
    return ok(started.value.terminal.id);
  }

  output(terminalId: string): ReturnType<AgentTerminals["output"]> {
    const entry = this.#held.get(terminalId);
    if (!entry) return null;
    const { text, truncated } = entry.tail.read();
    // A PTY turns line feeds into CR LF; who reads the output as text wants lines.
    return { text: text.replaceAll("\r\n", "\n"), truncated, exit: entry.exit };
  }

  async waitForExit(terminalId: string): ReturnType<AgentTerminals["waitForExit"]> {
    return (await this.#held.get(terminalId)?.exited) ?? null;
  }

  async kill(terminalId: string): Promise<void> {
    if (this.#held.has(terminalId)) await this.#deps.service.stop(terminalId);
  }

  async release(terminalId: string): Promise<void> {
    if (this.#held.delete(terminalId)) await this.#deps.service.release(terminalId);
  }
}
