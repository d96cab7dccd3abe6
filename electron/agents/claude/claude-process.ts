import { EventEmitter } from "node:events";
import { PassThrough } from "node:stream";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../port.ts";
import type { ChildStart } from "../programs/agent-child.ts";
import { startProgram, type ChildLife } from "../programs/child-life.ts";
import type { ProcessEvents, SpawnedProcess, SpawnOptions } from "./sdk.ts";

type Begun = { life: ChildLife; settled: () => void };

/**
 * The process as the SDK wants it: there at once. It is begun behind it through the one door to children; what is
 * written before then waits. The process's owner is its `ChildLife`.
 */
export class ClaudeProcess extends EventEmitter<ProcessEvents> implements SpawnedProcess {
  readonly stdin = new PassThrough();
  readonly stdout = new PassThrough();
  readonly begun: Promise<Result<Begun, AgentFailure>>;
  killed = false;
  exitCode: number | null = null;
  #life: ChildLife | null = null;

  constructor(start: ChildStart, { command, args, cwd, env }: SpawnOptions) {
    super();
    // Without a listener an error would end the core.
    this.on("error", () => undefined);
    const given = Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
    this.begun = this.#begin({ ...start, command, args, cwd: cwd ?? start.cwd, env: Object.fromEntries(given) });
  }

  kill(): boolean {
    this.killed = true;
    void this.#life?.stop({ type: "killed", message: "Its session was closed" });
    return this.#life !== null;
  }

  async #begin(start: ChildStart): Promise<Result<Begun, AgentFailure>> {
    const started = await startProgram(start);
    if (!started.ok) {
      this.emit("error", new Error(started.error.message));
      return fail(started.error);
    }
    const { child, life, settled } = started.value;
    this.#life = life;
    this.stdin.pipe(child.stdin);
    child.stdout.pipe(this.stdout);
    void child.exited.then(({ code, signal }) => {
      this.exitCode = code;
      this.emit("exit", code, signal);
    });
    if (this.killed) this.kill();
    return ok({ life, settled });
  }
}
