import { isDeepStrictEqual } from "node:util";
import type * as z from "zod";
import type { createRun, Run } from "../../shared/contract/runs.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { policyNames } from "../../shared/policy-words.ts";
import { ok, type Result } from "../../shared/result.ts";
import { lostEdits } from "./agent-words.ts";
import type { ChatFacts, RunServices, SessionFacts, UsabilityCode } from "./ports.ts";

export type CreateRun = z.infer<typeof createRun>;

export type RunRefusal = Failure<
  | "INPUT_INVALID"
  | "PROJECT_NOT_FOUND"
  | "SESSION_NOT_FOUND"
  | "CHAT_NOT_FOUND"
  | "PROJECT_NOT_TRUSTED"
  | "CODING_AGENT_SANDBOX_REQUIRED"
  | "CODING_AGENT_DOES_NOT_ASK"
  | "REVISION_CONFLICT"
  | "IDEMPOTENCY_KEY_REUSED"
  | "WORKING_COPY_MISSING"
  | "WORKING_COPY_NOT_READY"
  | "STORE_UNAVAILABLE"
  | UsabilityCode
>;

export type Checked = RunsIn & { agentId: string };

export type RunsIn = { chat: ChatFacts; session: SessionFacts };

/** Finds the chat and session a run is for; an archived one counts as not found. */
export function findPlace(services: RunServices, chatId: string): Result<RunsIn, RunRefusal> {
  const chat = services.chats.find(chatId);
  if (!chat || chat.archived) return failure("CHAT_NOT_FOUND", "There is no such chat, or it is archived", { field: "chatId" });
  const session = services.sessions.find(chat.sessionId);
  if (!session || session.status === "archived")
    return failure("SESSION_NOT_FOUND", "The chat's session is archived or gone", { field: "chatId" });
  return ok({ chat, session });
}

/** Everything that must hold before a run exists, in the order in which a caller is told. Starts nothing. */
export async function checkRun(
  services: RunServices,
  input: CreateRun,
  { chat, session }: RunsIn,
): Promise<Result<Checked, RunRefusal>> {
  const trusted = await services.projects.requireTrusted(session.projectId, session.copy.path);
  if (!trusted.ok) return { ok: false, error: { field: "chatId", ...trusted.error } };
  if (session.copy.state === "missing" || session.copy.state === "removed")
    return failure("WORKING_COPY_MISSING", "The session's working copy is gone. Make it again from its latest checkpoint.", {
      field: "chatId",
    });
  if (session.copy.state === "failed")
    return failure("WORKING_COPY_NOT_READY", "The session's working copy could not be made", { field: "chatId" });
  const agentId = input.agentId ?? chat.lastAgentId ?? defaultAgent(services);
  if (!agentId)
    return failure("CODING_AGENT_ENGINE_UNAVAILABLE", "No agent is ready. Install one, or choose the practice agent.", {
      field: "agentId",
    });
  const usable = services.agents.checkUsable(agentId, { modelId: input.modelId, workingCopyKind: session.copy.kind });
  if (!usable.ok) {
    const field = usable.error.code === "CODING_AGENT_MODEL_UNAVAILABLE" ? "modelId" : "agentId";
    return failure(usable.error.code, usable.error.message, { field });
  }
  const unasked = refuseUnasked(services, agentId, session) ?? (await refuseUnconfined(services, agentId));
  if (unasked) return unasked;
  const unknown = unknownChoice(services, agentId, input) ?? unseenImage(services, agentId, input);
  if (unknown) return unknown;
  if (input.baseRevisionId === undefined) return ok({ chat, session, agentId });
  const revisionId = await services.sessions.revisionOf(session.id);
  if (input.baseRevisionId !== revisionId)
    return failure("REVISION_CONFLICT", "The working copy has changed since the revision this was based on", {
      field: "baseRevisionId",
      data: { revisionId },
    });
  return ok({ chat, session: { ...session, copy: { ...session.copy, revisionId } }, agentId });
}

function defaultAgent(services: RunServices): string | null {
  const wanted = services.settings().defaultAgentId;
  // A chosen default is never replaced by another agent: where it can't be used, the checks say why.
  if (wanted !== null) return wanted;
  const usable = services.agents.list().filter((agent) => agent.enabled && agent.status === "ready");
  return usable.find((agent) => !agent.forPractice)?.id ?? usable[0]?.id ?? null;
}

/** An agent that never asks can't be held to *plan*, and in place it works on the person's own files: only at their word. */
function refuseUnasked(
  services: Pick<RunServices, "agents">,
  agentId: string,
  session: SessionFacts,
): { ok: false; error: Failure<"CODING_AGENT_DOES_NOT_ASK"> } | null {
  const agent = services.agents.get(agentId);
  if (agent?.asks !== "no" || session.unaskedAgents.includes(agentId)) return null;
  const plan = session.policy === "plan";
  if (!plan && (session.copy.kind === "worktree" || session.policy === "full")) return null;
  const where = plan
    ? `under ${policyNames.plan} it could change anything all the same`
    : "this session works in the project's own folder";
  return failure(
    "CODING_AGENT_DOES_NOT_ASK",
    `${agent.label} never asks before it acts, and ${where}. Allow it in this session first.`,
    {
      field: "agentId",
      data: { agentId },
    },
  );
}

/** Where a sandbox is required, every command must be run in one: there must be one, and no command that Hearth doesn't start. */
async function refuseUnconfined(
  { settings, agents, sandbox }: Pick<RunServices, "agents" | "sandbox" | "settings">,
  agentId: string,
): Promise<{ ok: false; error: Failure<"CODING_AGENT_SANDBOX_REQUIRED"> } | null> {
  if (settings().sandbox !== "required") return null;
  const refused = (why: string) => failure("CODING_AGENT_SANDBOX_REQUIRED", why, { field: "agentId" });
  if (agents.definitionOf(agentId)?.leavesCommands !== true)
    return refused(
      "A sandbox is required, and this agent runs commands by itself, outside of Hearth's. Choose the agent Hearth, or change Settings › General › Sandbox for commands.",
    );
  const problem = await sandbox.problem();
  return problem === null
    ? null
    : refused(
        `A sandbox is required, and there is none: ${problem}. Mend that, or change Settings › General › Sandbox for commands.`,
      );
}

/**
 * What the checks at creation couldn't see of a prompt that waited: what came into its folder meanwhile, a policy that
 * was tightened, a consent that was taken back.
 */
export async function checkBegin(
  services: Pick<RunServices, "agents" | "projects" | "sandbox" | "sessions" | "settings">,
  { agentId, reason }: Pick<Run, "agentId" | "reason">,
  session: SessionFacts,
): Promise<Result<null, Failure>> {
  if (reason !== null || session.copy.state !== "ready") {
    const trusted = await services.projects.requireTrusted(session.projectId, session.copy.path);
    if (!trusted.ok) return trusted;
  }
  const now = services.sessions.find(session.id) ?? session;
  return refuseUnasked(services, agentId, now) ?? (await refuseUnconfined(services, agentId)) ?? ok(null);
}

/** A mode or level that the agent is known not to have. What it hasn't told of yet, its session decides. */
function unknownChoice(services: RunServices, agentId: string, input: CreateRun): Result<never, RunRefusal> | null {
  const options = services.agents.get(agentId)?.options;
  const missing = (offered: readonly { id: string }[] = [], wanted: string | null | undefined): boolean =>
    wanted !== null && wanted !== undefined && offered.length > 0 && !offered.some((choice) => choice.id === wanted);
  if (missing(options?.modes, input.modeId))
    return failure("INPUT_INVALID", `${agentId} has no mode "${input.modeId}"`, { field: "modeId" });
  if (missing(options?.thinkingLevels, input.thinkingLevel))
    return failure("INPUT_INVALID", `${agentId} has no thinking level "${input.thinkingLevel}"`, { field: "thinkingLevel" });
  return null;
}

/** An image for an agent that said it takes none would be dropped on the way. What it hasn't told of yet is tried. */
function unseenImage(services: RunServices, agentId: string, input: CreateRun): Result<never, RunRefusal> | null {
  if (!input.prompt.some((block) => block.type === "image")) return null;
  const told = services.agents.capabilities().find((agent) => agent.agentId === agentId);
  if (told?.images !== false) return null;
  return failure("INPUT_INVALID", `${agentId} takes no images. Leave the image out, or choose another agent.`, {
    field: "prompt",
  });
}

/** What is wrong with a turn of which its agent says that it ended well. */
export async function checkEnd(
  services: RunServices,
  session: SessionFacts,
  turn: { lostEdits(): Promise<string[]> },
): Promise<{ code: string; message: string } | null> {
  // Under Plan only each edit is meant to fail.
  if (!services.settings().failUnrecoveredEdits || services.sessions.find(session.id)?.policy === "plan") return null;
  const files = await turn.lostEdits();
  return files.length === 0 ? null : lostEdits(files);
}

/**
 * The run that a key was used for before, if this is the same request again: a lost answer is asked for anew. Another
 * prompt under the same key would be answered with a run that never saw it.
 */
export function sameRequest(earlier: Run, input: CreateRun): Result<Run, RunRefusal> {
  const same =
    isDeepStrictEqual(earlier.prompt, input.prompt) &&
    (input.agentId === undefined || input.agentId === earlier.agentId) &&
    input.modelId === earlier.requestedModelId &&
    (input.modeId ?? null) === earlier.modeId &&
    (input.thinkingLevel ?? null) === earlier.thinkingLevel &&
    isDeepStrictEqual(input.limits, earlier.limits);
  return same ? ok(earlier) : keyReused({ runId: earlier.id });
}

export function keyReused(by: { runId: string } | { itemId: string }): Result<never, RunRefusal> {
  return failure("IDEMPOTENCY_KEY_REUSED", "This key was used for another prompt. Use a new key for each prompt.", {
    field: "idempotencyKey",
    data: by,
  });
}
