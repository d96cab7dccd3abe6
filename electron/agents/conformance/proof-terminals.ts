import { randomUUID } from "node:crypto";
import { ok, fail, type Result } from "../../../shared/result.ts";
import { startChild, type Child } from "../../lib/process.ts";
import { Tail } from "../../lib/tail.ts";
import type { AgentFailure, AgentTerminals } from "../port.ts";

type Command = { child: Child; output: Tail; exit: { code: number | null; signal: string | null } | null };

/** Commands of an agent that nobody watches: without a terminal, each until it is released. */
export class ProofTerminals implements AgentTerminals {
  readonly #env: Readonly<Record<string, string>>;
  readonly #commands = new Map<string, Command>();

  constructor(env: Readonly<Record<string, string>>) {
    this.#env = env;
  }

  async create(request: Parameters<AgentTerminals["create"]>[0]): Promise<Result<string, AgentFailure>> {
    const { command, args, cwd, env } = request;
    const started = await startChild({ command, args, cwd, env: { ...this.#env, ...env } });
    if (!started.ok) return fail({ type: "failed", message: started.error.message });
    const child = started.value;
    const entry: Command = { child, output: new Tail(), exit: null };
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
    await this.#commands.get(id)?.child.stop();
  }

  async release(id: string): Promise<void> {
    await this.kill(id);
    this.#commands.delete(id);
  }

  async dispose(): Promise<void> {
    await Promise.all([...this.#commands.keys()].map((id) => this.release(id)));
  }
}
