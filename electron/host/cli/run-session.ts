import { setTimeout as pause } from "node:timers/promises";
import type { Project } from "../../../shared/contract/projects.ts";
import type { Session } from "../../../shared/contract/sessions.ts";
import { CliFailure, isCallError, toCliFailure } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";
import { findProject, findSession, projectAround } from "./find.ts";
import { oneLine, type CommandTerminal } from "./terminal.ts";

export type SessionChoice = {
  project?: string;
  session?: string;
  once?: boolean;
  inPlace?: boolean;
  base?: string;
  yes?: boolean;
};

/** `took`: an agent had the prompt; `paused`: its run waits for somebody to let it go on. */
export type PromptEnd = { took: boolean; paused: boolean };
/** `end` is called once when the prompt is over, or paused. */
export type SessionInUse = { session: Session; end: (how: PromptEnd) => Promise<void> };

/** The session of a prompt: the one that was named, or a new one in a trusted project. */
export async function sessionFor(rpc: HearthClient, io: CommandTerminal, options: SessionChoice): Promise<SessionInUse> {
  if (options.session !== undefined) {
    const session = await findSession(rpc, options.session);
    await ensureTrust(rpc, io, await rpc.projects.get({ id: session.projectId }), options);
    return { session, end: async () => {} };
  }
  const project = await (options.project === undefined ? projectAround(rpc, process.cwd()) : findProject(rpc, options.project));
  await ensureTrust(rpc, io, project, options);
  const workingCopy = options.inPlace ? "in-place" : "worktree";
  const base = options.base === undefined ? {} : { base: options.base };
  const place = { projectId: project.id, workingCopy, ...base } as const;
  const opened = await (options.once ? openOnce(rpc, io, place) : openToStay(rpc, place)).catch((error: unknown) => {
    const { code, message } = toCliFailure(error);
    if (!isCallError(error) || code !== "INPUT_INVALID") throw error;
    // The core's words are for every caller; here the other choice is an option.
    throw new CliFailure(
      code,
      `${message}\n${options.inPlace ? "Leave out --in-place." : "With --in-place it runs in the folder itself."}`,
    );
  });
  try {
    return { ...opened, session: await whenReady(rpc, opened.session) };
  } catch (error) {
    await opened.end({ took: false, paused: false });
    throw error;
  }
}

type Place = { projectId: string; workingCopy: "worktree" | "in-place"; base?: string };

/** One that was made for a prompt nobody took is of no use. */
async function openToStay(rpc: HearthClient, place: Place): Promise<SessionInUse> {
  const session = await rpc.sessions.create(place);
  const end: SessionInUse["end"] = async ({ took }) => {
    if (took) return;
    try {
      await rpc.sessions.remove({ id: session.id });
    } catch {
      // It stays in the list, where its person can delete it; what is told is why the prompt was refused.
    }
  };
  return { session, end };
}

/** One that is gone with its prompt, unless that is paused; the core sees to that should this command end before. */
async function openOnce(rpc: HearthClient, io: CommandTerminal, place: Place): Promise<SessionInUse> {
  const held = (await rpc.sessions.oneShot(place))[Symbol.asyncIterator]();
  const first = await held.next();
  if (first.done) throw new CliFailure("SESSION_NOT_FOUND", "The session for this prompt ended before it began.", 1);
  const { session } = first.value;
  const end: SessionInUse["end"] = async ({ paused }) => {
    if (paused) {
      await held.return?.(undefined);
      return io.note(`Kept as ${session.id}, for its turn can go on.`);
    }
    try {
      await rpc.sessions.remove({ id: session.id });
    } catch (error) {
      if (!isCallError(error)) throw error;
      const { message } = toCliFailure(error);
      io.note(`Kept as ${session.id}, for not all of it is anywhere else: ${oneLine(message, 500)}`);
      io.note(io.dim(`See it: hearth changes ${session.id} --diff · take it over: hearth apply ${session.id}`));
    } finally {
      await held.return?.(undefined);
    }
  };
  return { session, end };
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
async function ensureTrust(rpc: HearthClient, io: CommandTerminal, project: Project, options: SessionChoice): Promise<void> {
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
