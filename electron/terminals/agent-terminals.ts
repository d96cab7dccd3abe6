import { fail, ok } from "../../shared/result.ts";
import type { AgentTerminals } from "../agents/port.ts";
import { Tail } from "../lib/tail.ts";
import type { PtyExit } from "./pty.ts";
import type { TerminalsDeps, TerminalsService } from "./service.ts";
import type { SandboxedCommand } from "../sandbox/command-sandbox.ts";
import type { Result } from "../../shared/result.ts";

const cols = 120;
const rows = 30;

type Held = { tail: Tail; exit: PtyExit | null; exited: Promise<PtyExit> };

export type SessionTerminalsDeps = {
  service: TerminalsService;
  sessionId: string;
  agentId: string;
  /** The command as it is to be started under the person's policy, or why it may not be. */
  confine: (argv: readonly string[], cwd: string) => Promise<Result<SandboxedCommand, string>>;
} & Pick<TerminalsDeps, "placeOf" | "shellEnv">;

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
    const confined = await this.#deps.confine([command, ...args], cwd);
    if (!confined.ok) return fail({ type: "unavailable", message: `It may only run in a sandbox: ${confined.error}` });
    const tail = new Tail(maxBytes);
    if (confined.value.note !== null) tail.push(`[${confined.value.note}]\r\n`);
    const started = service.start({
      sessionId,
      owner: agentId,
      title: [command, ...args].join(" ").replaceAll(/\s+/g, " ").slice(0, 120),
      command: confined.value.command,
      args: confined.value.args,
      cwd,
      env: { ...(await shellEnv(place.value.projectId)), ...env },
      cols,
      rows,
      holds: false,
      onData: (data) => tail.push(data),
    });
    if (!started.ok) {
      await confined.value.refused("");
      return fail({ type: "start-failed", message: started.error.message });
    }
    const exited = started.value.live.exited.then(async (exit) => {
      const refused = await confined.value.refused(tail.read().text);
      if (refused.length > 0) tail.push(`\r\n[The sandbox refused: ${refused.join("; ")}]\r\n`);
      return exit;
    });
    const entry: Held = { tail, exit: null, exited };
    void exited.then((exit) => (entry.exit = exit));
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
