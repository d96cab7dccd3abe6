import { randomBytes } from "node:crypto";
import { failure, type Failure } from "../../../shared/errors.ts";
import { ok, type Result } from "../../../shared/result.ts";
import type { McpEntry } from "../../../shared/mcp-entry.ts";
import type { Clock } from "../../lib/clock.ts";
import { commonEnvironment } from "../../lib/common-environment.ts";
import { startChild } from "../../lib/process.ts";
import type { ProcessRepository } from "../../store/processes.ts";
import { ChildTransport } from "./child-transport.ts";

type Program = Extract<McpEntry, { type: "stdio" }>;
/** `secrets`: those of its values that nobody is to be told. */
export type StartedServer = { name: string; entry: Program; secrets: readonly string[] };
export type ServerProcess = { pid: number; label: string; startedAt: number };

export type ServerChildrenDeps = {
  clock: Clock;
  /** Where processes are written down, so that none outlives a core that dies. */
  processes: Pick<ProcessRepository, "add" | "remove">;
  /** The login shell's environment. */
  shellEnv: () => Promise<Readonly<Record<string, string>>>;
};

/** The MCP servers that Hearth runs, each from its start until it is proved gone; none outlives it. */
export class ServerChildren {
  readonly #deps: ServerChildrenDeps;
  readonly #running = new Map<ChildTransport, ServerProcess>();
  #closed = false;

  constructor(deps: ServerChildrenDeps) {
    this.#deps = deps;
  }

  /** Starts one in a folder, with what any program may need of the person's environment and what is its own. */
  async start(
    { name, entry, secrets }: StartedServer,
    cwd: string,
  ): Promise<Result<ChildTransport, Failure<"MCP_SERVER_FAILED">>> {
    const { clock, processes, shellEnv } = this.#deps;
    if (this.#closed) return failure("MCP_SERVER_FAILED", "Hearth is closing");
    const env = { ...commonEnvironment(await shellEnv()), ...entry.env };
    const tag = `hearth-mcp-${randomBytes(8).toString("hex")}`;
    const started = await startChild({ command: entry.command, args: entry.args, cwd, env, tag });
    if (!started.ok) return failure("MCP_SERVER_FAILED", started.error.message);
    const { pid, identity } = started.value;
    const [startTicks, startedAt] = [identity.startTicks ?? "", clock.now()];
    processes.add({ pid, startTicks, kind: "mcp", label: name, tag, startedAt });
    const child = new ChildTransport(started.value, secrets, ({ gone }) => {
      if (!gone) return;
      this.#running.delete(child);
      processes.remove(pid, startTicks);
    });
    this.#running.set(child, { pid, label: name, startedAt });
    if (this.#closed) await child.close();
    return ok(child);
  }

  list(): ServerProcess[] {
    return [...this.#running.values()];
  }

  async endProcess(pid: number): Promise<{ gone: boolean } | null> {
    const [child] = [...this.#running].find(([, running]) => running.pid === pid) ?? [];
    if (!child) return null;
    await child.close();
    return { gone: !this.#running.has(child) };
  }

  async dispose(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#running.keys()].map((child) => child.close()));
  }
}
