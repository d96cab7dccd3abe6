import type { CurrentChoice } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../port.ts";
import type { OpenedSession, SessionRequest, StoredSession } from "../programs/agent-child.ts";
import { cancelled } from "../programs/or-cancelled.ts";
import { currentFor, type Offers } from "../programs/offers.ts";
import { answerOf, within } from "./api.ts";
import { loadOffers } from "./offers.ts";
import { OpencodeSession } from "./session.ts";
import type { SessionServer } from "./session-calls.ts";
import { sessionInfo, type SessionInfo } from "./shapes.ts";

const openMs = 120_000;

/**
 * The stored session again, or a new one where there is none, or where the server knows it no more, which is said
 * (`memory-lost`). Any other failure is one, never a new session.
 */
export async function openSession(
  server: SessionServer,
  request: SessionRequest,
  stored: StoredSession | null,
): Promise<Result<OpenedSession, AgentFailure>> {
  const { api } = server;
  const directory = request.cwd;
  const options = within(openMs);
  const known = request.ways.restore.includes("resume") ? stored : null;
  const [offers, found] = await Promise.all([
    loadOffers(api, directory, options.signal),
    known && answerOf("Resuming the session", api.session.get({ sessionID: known.id, directory }, options)),
  ]);
  if (!offers.ok) return fail(server.ended() ?? offers.error);
  if (offers.value.models.length === 0)
    return fail({ type: "signed-out", message: "It has no model to work with: no provider is set up in it" });
  if (found && !found.ok && found.error.status !== 404) return fail(server.ended() ?? found.error);
  for (const message of await server.folderServers.give(directory, request.mcpServers, request.signal))
    request.host.onUpdate({ type: "notice", kind: "warning", message });
  if (request.signal.aborted) return fail(cancelled);
  const begin = (info: unknown, how: OpenedSession["how"]) => beginSession(server, request, offers.value, { info, how });
  if (found?.ok && (await isHere(server, found.value, directory))) return begin(found.value, "resumed");
  const created = await answerOf("Starting a session", api.session.create({ directory }, options));
  if (!created.ok) return fail(server.ended() ?? created.error);
  return begin(created.value, stored?.used ? "memory-lost" : "new");
}

/** A session works in its own folder, whatever folder is asked for: one that was begun elsewhere is moved first. */
async function isHere({ api }: SessionServer, found: unknown, directory: string): Promise<boolean> {
  const session = sessionInfo.safeParse(found).data;
  if (!session || session.directory === directory) return session !== undefined;
  const move = { sessionID: session.id, destination: { directory }, moveChanges: false };
  const options = within(openMs);
  await answerOf("Moving the session", api.experimental.controlPlane.moveSession(move, options));
  // Only the session itself tells whether it was moved.
  const again = await answerOf("Resuming the session", api.session.get({ sessionID: session.id, directory }, options));
  return again.ok && sessionInfo.safeParse(again.value).data?.directory === directory;
}

function beginSession(
  server: SessionServer,
  request: SessionRequest,
  offers: Offers,
  { info, how }: { info: unknown; how: OpenedSession["how"] },
): Result<OpenedSession, AgentFailure> {
  const parsed = sessionInfo.safeParse(info);
  if (!parsed.success) return fail({ type: "protocol", message: "Its answer isn't a session" });
  const standard = currentFor(offers, null);
  const current = how === "resumed" ? currentFor(offers, storedChoice(parsed.data)) : standard;
  const openedWith = how === "resumed" ? request.openedWith : null;
  const session = new OpencodeSession({
    ...request,
    openedWith,
    server,
    sessionId: parsed.data.id,
    offers,
    current,
    default: standard,
  });
  return ok({ session, how });
}

function storedChoice({ model, agent }: SessionInfo): CurrentChoice {
  return {
    modelId: model ? `${model.providerID}/${model.id}` : null,
    modeId: agent ?? null,
    thinkingLevel: model?.variant ?? null,
  };
}
