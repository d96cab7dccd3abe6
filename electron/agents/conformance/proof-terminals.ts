import { randomBytes, randomUUID } from "node:crypto";
import { ok, fail, type Result } from "../../../shared/result.ts";
import { startChild, type Child } from "../../lib/process.ts";
import type { Clock } from "../../lib/clock.ts";
import { Tail } from "../../lib/tail.ts";
import type { ProcessRepository } from "../../store/processes.ts";
import type { AgentFailure, AgentTerminals } from "../port.ts";

type Command = { child: Child; output: Tail; exit: { code: number | null; signal: string | null } | null };

export type ProofTerminalsDeps = {
  env: Readonly<Record<string, string>>;
  clock: Clock;
  processes: Pick<ProcessRepository, "add" | "remove">;
};

/**
 * Commands of an agent that nobody watches: without a terminal, each until it is released. They are written down, so
 * that none outlives a core that dies.
 */
export class ProofTerminals implements AgentTerminals {
  readonly #deps: ProofTerminalsDeps;
  readonly #commands = new Map<string, Command>();

  constructor(deps: ProofTerminalsDeps) {
    this.#deps = deps;
  }

  async create(request: Parameters<AgentTerminals["create"]>[0]): Promise<Result<string, AgentFailure>> {
    const { command, args, cwd, env } = request;
    const tag = randomBytes(16).toString("hex");
    const started = await startChild({ command, args, cwd, env: { ...this.#deps.env, ...env }, tag });
    if (!started.ok) return fail({ type: "failed", message: started.error.message });
    const child = started.value;
    const entry: Command = { child, output: new Tail(), exit: null };
    this.#note(child, tag);
    const hear = (chunk: Buffer): void => entry.output.push(chunk.toString("utf8"));
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    void child.exited.then((exit) => (entry.exit = exit));
    const id = randomUUID();
    this.#commands.set(id, entry);
    return ok(id);
  }

  output(id: string): ReturnType<AgentTerminals["output"]> {
    const command = this.#commands.get(id);
    return command ? { text: command.output.lines(100).join("\n"), truncated: false, exit: command.exit } : null;
  }

  async waitForExit(id: string): ReturnType<AgentTerminals["waitForExit"]> {
    return (await this.#commands.get(id)?.child.exited) ?? null;
  }

  async kill(id: string): Promise<void> {
    const child = this.#commands.get(id)?.child;
    if (!child) return;
    const { gone } = await child.stop();
    // What isn't proved gone is ended at the next start.
    if (gone) this.#deps.processes.remove(child.identity.pid, child.identity.startTicks ?? "");
  }

  async release(id: string): Promise<void> {
    await this.kill(id);
    this.#commands.delete(id);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#commands.keys()].map((id) => this.release(id)));
  }

  #note({ identity: { pid, startTicks } }: Child, tag: string): void {
    const { processes, clock } = this.#deps;
    const label = "a command of an agent on trial";
    processes.add({ pid, startTicks: startTicks ?? "", kind: "agent", label, tag, startedAt: clock.now() });
  }
}
