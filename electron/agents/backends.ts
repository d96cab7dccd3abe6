import { fail, type Result } from "../../shared/result.ts";
import type { BackendDeps, BackendKind, BackendProcess, ManagedBackend } from "./backend.ts";
import type { AgentBackend, AgentFailure, AgentSessionHandle, OpenRequest } from "./port.ts";

/** The backends of all kinds behind one port: each call goes to the kind of the agent that it names. Owns them. */
export class Backends implements AgentBackend {
  readonly #byKind: ReadonlyMap<string, ManagedBackend>;
  readonly #kindOf: (agentId: string) => string | null;

  constructor(kinds: Readonly<Record<string, BackendKind>>, deps: BackendDeps, kindOf: (agentId: string) => string | null) {
    this.#byKind = new Map(Object.entries(kinds).map(([kind, { create }]) => [kind, create(deps)]));
    this.#kindOf = kindOf;
  }

  /** null for an agent that there isn't (any more). */
  of(agentId: string): ManagedBackend | null {
    return this.#byKind.get(this.#kindOf(agentId) ?? "") ?? null;
  }

  ofKind(kind: string): ManagedBackend | null {
    return this.#byKind.get(kind) ?? null;
  }

  async open(request: OpenRequest, signal: AbortSignal): Promise<Result<AgentSessionHandle, AgentFailure>> {
    const backend = this.of(request.agentId);
    return backend
      ? backend.open(request, signal)
      : fail({ type: "unavailable", message: `There is no agent ${request.agentId}` });
  }

  outlook(chatId: string, agentId: string): ReturnType<AgentBackend["outlook"]> {
    return this.of(agentId)?.outlook(chatId, agentId) ?? "new";
  }

  async closeChat(chatId: string): Promise<void> {
    await Promise.all(this.#all().map((backend) => backend.closeChat(chatId)));
  }

  async closeWorkingCopy(workingCopyPath: string): Promise<void> {
    await Promise.all(this.#all().map((backend) => backend.closeWorkingCopy(workingCopyPath)));
  }

  /** Of an agent that there isn't any more, too. */
  retire(agentId: string): void {
    for (const backend of this.#all()) backend.retire(agentId);
  }

  processes(): BackendProcess[] {
    return this.#all().flatMap((backend) => backend.processes());
  }

  /** The programs that its processes were started from. */
  programsInUse(): string[] {
    return this.processes().map(({ command }) => command);
  }

  async endProcess(pid: number): Promise<{ gone: boolean } | null> {
    for (const backend of this.#all()) {
      const ended = await backend.endProcess(pid);
      if (ended) return ended;
    }
    return null;
  }

  async dispose(): Promise<void> {
    await Promise.all(this.#all().map((backend) => backend.dispose()));
  }

  #all(): ManagedBackend[] {
    return [...this.#byKind.values()];
  }
}
