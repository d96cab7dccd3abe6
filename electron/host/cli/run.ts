import { setTimeout as pause } from "node:timers/promises";
import type { Project } from "../../../shared/contract/projects.ts";
import type { Run } from "../../../shared/contract/runs.ts";
import type { Session } from "../../../shared/contract/sessions.ts";
import { isRecord } from "../../../shared/is-record.ts";
import { TypedApprovals } from "./approvals.ts";
import { apply } from "./changes.ts";
import { CliFailure, isCallError, toCliFailure, type ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { findProject, findSession, projectAround } from "./find.ts";
import { followRun, type OnInterrupt } from "./follow-run.ts";
import { EventPrinter } from "./print-event.ts";
import { countFiles, oneLine, type CommandTerminal } from "./terminal.ts";

export type RunOptions = {
  project?: string;
  session?: string;
  agent?: string;
  model?: string;
  mode?: string;
  inPlace?: boolean;
  now?: boolean;
  base?: string;
  allowUnasked?: boolean;
  yes?: boolean;
  apply?: boolean;
  json?: boolean;
};

type RunDeps = { rpc: HearthClient; io: CommandTerminal; onInterrupt: OnInterrupt };

/** One prompt, from a session (made, or the one that was named) to the run's end. */
export async function runPrompt({ rpc, io, onInterrupt }: RunDeps, prompt: string, options: RunOptions): Promise<ExitCode> {
  if (options.session !== undefined && (options.project !== undefined || options.inPlace))
    throw new CliFailure("MISUSED", "--session names a session that is there already: leave out --project and --in-place.");
  if (options.now && options.session === undefined)
    throw new CliFailure("MISUSED", "--now is sent instead of what goes on in a session: name it with --session.");
  if (options.base !== undefined && (options.session !== undefined || options.inPlace))
    throw new CliFailure("MISUSED", "--base is what a new worktree begins at: leave out --session and --in-place.");
  const session = await sessionFor(rpc, io, options);
  const run = await send(rpc, session, prompt, options).catch(async (error: unknown) => {
    if (options.session === undefined) await takeBack(rpc, session.id);
    throw error;
  });
  if (!options.json) io.note(io.dim(`${run.agentId} in ${session.id} (${oneLine(session.workingCopy.path)})`));
  const exitCode = await followRun({
    rpc,
    runId: run.id,
    onInterrupt,
    approvals: new TypedApprovals({ rpc, io, yes: options.yes === true }),
    show: options.json ? (event) => io.json(event) : new EventPrinter(io).print,
  });
  if (exitCode !== 0) return exitCode;
  if (options.apply) return apply(rpc, noteInstead(io), session.id, [], { all: true });
  if (!options.json) await sayWhatChanged(rpc, io, session.id);
  return 0;
}

/** A session that was made for a prompt nobody took is of no use. */
async function takeBack(rpc: HearthClient, id: string): Promise<void> {
  try {
    await rpc.sessions.remove({ id });
  } catch {
    // It stays in the list, where its person can delete it; what is told is why the prompt was refused.
  }
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

async function sessionFor(rpc: HearthClient, io: CommandTerminal, options: RunOptions): Promise<Session> {
  if (options.session !== undefined) {
    const session = await findSession(rpc, options.session);
    await ensureTrust(rpc, io, await rpc.projects.get({ id: session.projectId }), options);
    return session;
  }
  const project = await (options.project === undefined ? projectAround(rpc, process.cwd()) : findProject(rpc, options.project));
  await ensureTrust(rpc, io, project, options);
  const workingCopy = options.inPlace ? "in-place" : "worktree";
  const base = options.base === undefined ? {} : { base: options.base };
  const created = await rpc.sessions.create({ projectId: project.id, workingCopy, ...base }).catch((error: unknown) => {
    const { code, message } = toCliFailure(error);
    if (!isCallError(error) || code !== "INPUT_INVALID") throw error;
    // The core's words are for every caller; here the other choice is an option.
    throw new CliFailure(
      code,
      `${message}\n${options.inPlace ? "Leave out --in-place." : "With --in-place it runs in the folder itself."}`,
    );
  });
  return whenReady(rpc, created);
}

async function whenReady(rpc: HearthClient, created: Session): Promise<Session> {
  let session = created;
  while (session.workingCopy.state === "preparing") {
    await pause(40);
    session = await rpc.sessions.get({ id: session.id });
  }
  const { state, detail } = session.workingCopy;
  if (state === "ready") return session;
  throw new CliFailure("WORKTREE_FAILED", `The session's working copy could not be made: ${oneLine(detail ?? state)}`, 1);
}

/** Nothing of a project runs before its person has seen what would, and said yes. */
async function ensureTrust(rpc: HearthClient, io: CommandTerminal, project: Project, options: RunOptions): Promise<void> {
  if (project.trusted) return;
  const { items, contentHash } = await rpc.projects.trustReport({ id: project.id });
  io.note(`${oneLine(project.path)} ${project.trust === "changed" ? "has changed since it was trusted" : "isn't trusted yet"}.`);
  io.note(
    items.length === 0
      ? "Nothing in it runs by itself; an agent will work on its files."
      : "Once trusted, this of it can run or change what runs:",
  );
  for (const item of items) io.note(`  ${item.kind}  ${oneLine(item.path)}  ${oneLine(item.detail)}`);
  if (!options.yes) {
    if (!io.interactive)
      throw new CliFailure(
        "PROJECT_NOT_TRUSTED",
        "Nobody is here to be asked. Run it in a terminal, or trust the project with --yes.",
      );
    const answer = await io.ask("Trust it? [y/N] ");
    if (answer?.trim().toLowerCase() !== "y") throw new CliFailure("PROJECT_NOT_TRUSTED", "Not trusted, so nothing was run.");
  }
  await rpc.projects.trust({ id: project.id, contentHash });
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
