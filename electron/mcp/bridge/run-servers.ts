import { createHash } from "node:crypto";
import type { McpEntry } from "../../../shared/mcp-entry.ts";
import { ok } from "../../../shared/result.ts";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { Bridge, type Address } from "./bridge.ts";
import { OwnServer, SharedUse } from "./behind.ts";
import type { Behind } from "./bridge-session.ts";
import { RemoteTransport } from "./remote-transport.ts";
import { ServerChildren, type ServerChildrenDeps, type StartedServer } from "./server-children.ts";
import { SharedServer } from "./shared-server.ts";
import type { ToolGate } from "./tool-gate.ts";

/**
 * A server to be run for an agent that works in a folder. `shared`: one process serves all who use it. `apart`: it begins
 * in a folder that is no project's.
 */
export type WantedServer = Pick<StartedServer, "name" | "secrets"> & { shared: boolean; apart: boolean; gate: ToolGate };
type Wanted = { server: WantedServer; entry: McpEntry };
export type ServerUse = { agentId: string; workingCopyPath: string; cwd: string };

/** For an agent that is resumed at once. */
const unusedMs = 60_000;

export type RunServersDeps = ServerChildrenDeps & {
  clock: Clock;
  log: Log;
  version: string;
  /** Where a server begins that isn't any project's: empty, so that nothing is found in it. */
  folder: string;
};

/**
 * Runs the servers that are programs and reaches those that are elsewhere, behind one address of Hearth's: agents get no
 * command and no value of a variable or header. It owns the processes, and what is shared of them.
 */
export class RunServers {
  readonly #deps: RunServersDeps;
  readonly #bridge: Bridge;
  readonly children: ServerChildren;
  readonly folder: string;
  readonly #shared = new Map<string, { name: string; server: SharedServer }>();
  readonly #unused = new Map<string, () => void>();

  constructor(deps: RunServersDeps) {
    this.#deps = deps;
    this.folder = deps.folder;
    this.#bridge = new Bridge(deps);
    this.children = new ServerChildren(deps);
  }

  /** Nothing is started before an agent comes. */
  reach({ server, entry }: Wanted, use: ServerUse): Promise<Address> {
    const { name, secrets, shared, apart, gate } = server;
    const cwd = apart ? this.folder : use.cwd;
    this.#unused.get(keyOfUse(use))?.();
    const what = createHash("sha256")
      .update(JSON.stringify([name, entry, shared]))
      .digest("hex");
    const behind = (): Behind => {
      if (entry.type !== "stdio")
        return new OwnServer(async () => ok(new RemoteTransport(entry, secrets, this.#deps.clock)), gate);
      const program = { name, entry, secrets };
      if (shared) return new SharedUse(this.#sharedServer(what, program, gate));
      return new OwnServer(() => this.children.start(program, cwd), gate);
    };
    return this.#bridge.open({ key: JSON.stringify([name, what, use.cwd, keyOfUse(use)]), behind });
  }

  /** No session of the agent is open in the folder any more. */
  unused(use: Pick<ServerUse, "agentId" | "workingCopyPath">): void {
    const key = keyOfUse(use);
    this.#unused.get(key)?.();
    const takeBack = this.#deps.clock.after(unusedMs, () => {
      this.#unused.delete(key);
      void this.#bridge.shut((door) => keyIn(door) === key);
    });
    this.#unused.set(key, () => {
      takeBack();
      this.#unused.delete(key);
    });
  }

  /** The server isn't what it was, or isn't wanted any more: whoever uses it loses it now. */
  async withdraw(name: string): Promise<void> {
    await this.#bridge.shut((door) => nameOf(door) === name);
    const shared = [...this.#shared].filter(([, one]) => one.name === name);
    for (const [what] of shared) this.#shared.delete(what);
    await Promise.all(shared.map(([, { server }]) => server.close()));
  }

  async dispose(): Promise<void> {
    for (const takeBack of this.#unused.values()) takeBack();
    await this.#bridge.dispose();
    await Promise.all([...this.#shared.values()].map(({ server }) => server.close()));
    await this.children.dispose();
  }

  #sharedServer(what: string, program: StartedServer, gate: ToolGate): SharedServer {
    const { clock, version, folder } = this.#deps;
    const start = () => this.children.start(program, folder);
    const server = this.#shared.get(what)?.server ?? new SharedServer({ clock, version, gate, start });
    this.#shared.set(what, { name: program.name, server });
    return server;
  }
}

function keyOfUse({ agentId, workingCopyPath }: Pick<ServerUse, "agentId" | "workingCopyPath">): string {
  return JSON.stringify([agentId, workingCopyPath]);
}

function nameOf(door: string): unknown {
  return (JSON.parse(door) as unknown[])[0];
}

function keyIn(door: string): unknown {
  return (JSON.parse(door) as unknown[])[3];
}
