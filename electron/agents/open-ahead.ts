import type { Scope } from "../lib/scope.ts";
import type { Backends } from "./backends.ts";
import type { OpenRequest } from "./port.ts";
import type { Prober } from "./prober.ts";
import type { Registry } from "./registry.ts";

export type PlaceOfChat = (
  chatId: string,
  signal: AbortSignal,
) => Promise<Pick<OpenRequest, "projectId" | "workingCopyPath" | "folder"> | null>;

/**
 * Opens the session that a person is about to prompt, while they write: starting an agent takes seconds, and loading a
 * folder that is new to it one more. Only of an agent that is ready, and whose process carries many sessions: another
 * process for each chat that somebody looks at would cost more than it gives.
 */
export async function openAhead(
  deps: { registry: Registry; prober: Prober; backends: Backends; placeOfChat: PlaceOfChat; scope: Scope },
  agentId: string,
  chatId: string,
): Promise<void> {
  const { registry, prober, backends, scope } = deps;
  const definition = registry.find(agentId);
  if (!definition?.enabled || !definition.shares) return;
  await prober.idle(agentId);
  const backend = backends.of(agentId);
  if (registry.get(agentId)?.status !== "ready" || backend?.outlook(chatId, agentId) !== "new") return;
  const place = await deps.placeOfChat(chatId, scope.signal);
  if (place && !scope.disposed) await backend.prepare({ ...place, chatId, agentId });
}
