import type { Run } from "../../../shared/contract/runs.ts";
import type { Session } from "../../../shared/contract/sessions.ts";
import { isRecord } from "../../../shared/is-record.ts";
import { TypedApprovals } from "./approvals.ts";
import { apply } from "./changes.ts";
import { CliFailure, isCallError, type ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { followRun, type OnInterrupt } from "./follow-run.ts";
import { EventPrinter } from "./print-event.ts";
import { sessionFor, type PromptEnd, type SessionChoice } from "./run-session.ts";
import { countFiles, oneLine, type CommandTerminal } from "./terminal.ts";

export type RunOptions = SessionChoice & {
  agent?: string;
  model?: string;
  mode?: string;
  now?: boolean;
  allowUnasked?: boolean;
  apply?: boolean;
  json?: boolean;
};

type RunDeps = { rpc: HearthClient; io: CommandTerminal; onInterrupt: OnInterrupt };

const pausedCode: ExitCode = 3;

/** One prompt, from a session (made, or the one that was named) to the run's end. */
export async function runPrompt(deps: RunDeps, prompt: string, options: RunOptions): Promise<ExitCode> {
  refuseMisuse(options);
  const { session, end } = await sessionFor(deps.rpc, deps.io, options);
  const how: PromptEnd = { took: false, paused: false };
  try {
    const run = await send(deps.rpc, session, prompt, options);
    how.took = true;
    const exitCode = await seeThrough(deps, session, run, options);
    how.paused = exitCode === pausedCode;
    return exitCode;
  } finally {
    await end(how);
  }
}

/** Goes on with a run that is paused, to its end. */
export async function resumeRun(deps: RunDeps, runId: string, options: RunOptions): Promise<ExitCode> {
  const run = await deps.rpc.runs.resume({ id: runId });
  return seeThrough(deps, await deps.rpc.sessions.get({ id: run.sessionId }), run, { ...options, after: run.lastSeq });
}

/** `after`: the last event that is known already. */
async function seeThrough(
  { rpc, io, onInterrupt }: RunDeps,
  session: Session,
  run: Run,
  { after = 0, ...options }: RunOptions & { after?: number },
): Promise<ExitCode> {
  if (!options.json && !options.once) io.note(io.dim(`${run.agentId} in ${session.id} (${oneLine(session.workingCopy.path)})`));
  const exitCode = await followRun({
    rpc,
    runId: run.id,
    after,
    onInterrupt,
    approvals: new TypedApprovals({ rpc, io, yes: options.yes === true }),
    show: options.json ? (event) => io.json(event) : new EventPrinter(io).print,
  });
  if (exitCode === pausedCode && !options.json) io.note(io.dim(`Go on: hearth resume ${run.id}`));
  if (exitCode !== 0) return exitCode;
  if (options.apply) return apply(rpc, noteInstead(io), session.id, [], { all: true });
  if (!options.json && !options.once) await sayWhatChanged(rpc, io, session.id);
  else if (!options.json) io.note("");
  return 0;
}

function refuseMisuse(options: RunOptions): void {
  if (options.session !== undefined && (options.project !== undefined || options.inPlace))
    throw new CliFailure("MISUSED", "--session names a session that is there already: leave out --project and --in-place.");
  if (options.once && options.session !== undefined)
    throw new CliFailure("MISUSED", "--once is a session for this prompt alone: leave out --session.");
  if (options.now && options.session === undefined)
    throw new CliFailure("MISUSED", "--now is sent instead of what goes on in a session: name it with --session.");
  if (options.base !== undefined && (options.session !== undefined || options.inPlace))
    throw new CliFailure("MISUSED", "--base is what a new worktree begins at: leave out --session and --in-place.");
}

async function send(rpc: HearthClient, session: Session, prompt: string, options: RunOptions): Promise<Run> {
  const chats = (await rpc.chats.list({ sessionId: session.id })).filter((chat) => !chat.archived);
  const chat = chats.at(-1) ?? (await rpc.chats.create({ sessionId: session.id }));
  const create = (): Promise<Run> =>
    rpc.runs.create({
      chatId: chat.id,
      prompt,
      modelId: options.model ?? null,
      ...(options.now ? { now: true } : {}),
      ...(options.agent === undefined ? {} : { agentId: options.agent }),
      ...(options.mode === undefined ? {} : { modeId: options.mode }),
    });
  return create().catch(async (error: unknown) => {
    const agentId = options.allowUnasked ? neverAsks(error) : null;
    if (agentId === null) throw error;
    await rpc.sessions.update({ id: session.id, unaskedAgents: [...session.unaskedAgents, agentId] });
    return create();
  });
}

/** The agent that was refused because it never asks; null where it was refused for another reason. */
function neverAsks(error: unknown): string | null {
  if (!isCallError(error) || error.code !== "CODING_AGENT_DOES_NOT_ASK" || !isRecord(error.data)) return null;
  return typeof error.data["agentId"] === "string" ? error.data["agentId"] : null;
}

async function sayWhatChanged(rpc: HearthClient, io: CommandTerminal, sessionId: string): Promise<void> {
  const { changes } = await rpc.sessions.get({ id: sessionId });
  if (changes.files === 0) return io.note("");
  io.note(
    io.dim(
      `${countFiles(changes.files)} changed. See them: hearth changes ${sessionId} --diff · take them over: hearth apply ${sessionId}`,
    ),
  );
}

/** With `run`, stdout belongs to the agent's answer or the events; what apply says goes beside it. */
function noteInstead(io: CommandTerminal): Pick<CommandTerminal, "json" | "line" | "note"> {
  return { json: (value) => io.json(value), note: (text) => io.note(text), line: (text = "") => io.note(text) };
}
