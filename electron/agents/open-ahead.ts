import type { Scope } from "../lib/scope.ts";
import type { Backends } from "./backends.ts";
import { startsPerSession } from "./definition.ts";
import type { OpenRequest } from "./port.ts";
import type { Prober } from "./prober.ts";
import type { Registry } from "./registry.ts";
import { waysOf } from "./ways.ts";

export type PlaceOfChat = (
  chatId: string,
  signal: AbortSignal,
) => Promise<Pick<OpenRequest, "projectId" | "workingCopyPath" | "folder"> | null>;

type Deps = { registry: Registry; prober: Prober; backends: Backends; placeOfChat: PlaceOfChat; scope: Scope };

/** Sessions of one agent that are open without a prompt: of one whose process carries many, and of one that has one each. */
const mostInOne = 8;
const mostProcesses = 1;

const closed: ReadonlySet<string> = new Set(["new", "resumes", "replays"]);

/**
 * Opens the session that a person is about to prompt, while they write: starting an agent takes seconds, and loading a
 * folder that is new to it one more. One that can't be taken up again is known before the prompt goes. The latest few
 * that had no prompt stay: a process for each chat that somebody looks at would cost more than it gives.
 */
export class OpenAhead {
  readonly #deps: Deps;
  /** By agent, the chats whose sessions were opened so; the latest last. */
  readonly #opened = new Map<string, string[]>();

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Only of an agent that is ready. */
  async open(agentId: string, chatId: string): Promise<void> {
    const { registry, prober, backends, placeOfChat, scope } = this.#deps;
    const definition = registry.find(agentId);
    if (!definition?.enabled) return;
    await prober.idle(agentId);
    const backend = backends.of(agentId);
    if (!backend || registry.get(agentId)?.status !== "ready" || !closed.has(backend.outlook(chatId, agentId))) return;
    const place = await placeOfChat(chatId, scope.signal);
    if (!place || scope.disposed) return;
    const carriesMany = !startsPerSession(definition) && waysOf(definition, registry.provedOf(agentId)).shares;
    const tooMany = this.#note(agentId, chatId, carriesMany ? mostInOne : mostProcesses);
    await Promise.all([
      backend.prepare({ ...place, chatId, agentId }),
      ...tooMany.map((earlier) => backend.unprepare(earlier, agentId)),
    ]);
  }

  /** Returns the chats that are too many with it. */
  #note(agentId: string, chatId: string, most: number): string[] {
    const chats = [...(this.#opened.get(agentId) ?? []).filter((id) => id !== chatId), chatId];
    this.#opened.set(agentId, chats.slice(-most));
    return chats.slice(0, -most);
  }
}
