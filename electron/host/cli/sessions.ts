import type { Project } from "../../../shared/contract/projects.ts";
import { broughtInText } from "../../../shared/brought-in-text.ts";
import { branchText } from "../../../shared/branch-text.ts";
import { runHasEnded, type Run } from "../../../shared/contract/runs.ts";
import type { Session } from "../../../shared/contract/sessions.ts";
import { promptText } from "../../../shared/prompt.ts";
import type { HearthClient } from "./connect.ts";
import { findProject, findSession } from "./find.ts";
import { countFiles, oneLine, table, type CommandTerminal } from "./terminal.ts";

export async function listSessions(
  rpc: HearthClient,
  io: CommandTerminal,
  options: { project?: string; all?: boolean; json?: boolean },
): Promise<void> {
  const projects = options.project === undefined ? await rpc.projects.list() : [await findProject(rpc, options.project)];
  const status = options.all ? "all" : "open";
  const listed: { project: Project; sessions: Session[] }[] = [];
  for (const project of projects) listed.push({ project, sessions: await rpc.sessions.list({ projectId: project.id, status }) });
  if (options.json) return io.json(listed.map(({ project, sessions }) => ({ ...project, sessions })));
  if (listed.length === 0) return io.note("No projects yet. `hearth open PATH` adds one.");
  for (const { project, sessions } of listed) {
    io.line(
      `${io.bold(oneLine(project.name))}  ${io.dim(`${oneLine(project.path)}${project.trusted ? "" : " · not trusted"}${project.missing ? " · missing" : ""}`)}`,
    );
    const rows = sessions.map((session) => [
      `  ${session.id}`,
      session.activity,
      changesText(session),
      oneLine(branchText(session.workingCopy) ?? "–", 40),
      oneLine(session.title, 60),
      session.agentIds.join(", "),
    ]);
    for (const line of table(rows)) io.line(line);
    if (sessions.length === 0) io.line(io.dim("  no sessions"));
  }
}

function changesText(session: Session): string {
  const { files, additions, deletions } = session.changes;
  return files === 0 ? "–" : `${countFiles(files)} +${additions} −${deletions}`;
}

export async function showSession(
  rpc: HearthClient,
  io: CommandTerminal,
  wanted: string,
  options: { json?: boolean },
): Promise<void> {
  if (wanted.startsWith("run_")) return showRun(await rpc.runs.get({ id: wanted }), io, options.json === true);
  // One session that is asked for is looked at; those of a list are as they were last.
  const session = await rpc.sessions.get({ id: (await findSession(rpc, wanted)).id });
  const chats = await rpc.chats.list({ sessionId: session.id });
  const runs = await Promise.all(chats.map(async (chat) => ({ ...chat, runs: await rpc.runs.list({ chatId: chat.id }) })));
  if (options.json) return io.json({ ...session, chats: runs });
  const { workingCopy } = session;
  io.line(io.bold(oneLine(session.title)));
  const facts = [
    ["id", session.id],
    ["state", `${session.status}, ${session.activity}`],
    ["changes", changesText(session)],
    ...(workingCopy.broughtIn ? [["", oneLine(broughtInText(workingCopy.broughtIn), 500)]] : []),
    ["copy", `${workingCopy.kind}, ${workingCopy.state}${workingCopy.detail ? ` (${oneLine(workingCopy.detail)})` : ""}`],
    ["path", oneLine(workingCopy.path)],
    ["branch", oneLine(branchText(workingCopy) ?? "–")],
  ];
  for (const line of table(facts.map(([name = "", value = ""]) => [`  ${name}`, value]))) io.line(line);
  for (const chat of runs) {
    io.line();
    io.line(`${chat.tabNumber}  ${oneLine(chat.title)}`);
    for (const line of table(chat.runs.map(runRow))) io.line(line);
  }
}

function runRow(run: Run): string[] {
  return [`  ${run.id}`, run.status, run.agentId, oneLine(promptText(run.prompt), 70)];
}

function showRun(run: Run, io: CommandTerminal, json: boolean): void {
  if (json) return io.json(run);
  for (const line of table([runRow(run)])) io.line(line.trimStart());
  if (run.error) io.line(`  ${run.error.code}: ${oneLine(run.error.message, 500)}`);
  else if (run.reason) io.line(`  ${oneLine(run.reason, 500)}`);
}

/** Stops a run, or whatever goes on in a session. */
export async function stop(rpc: HearthClient, io: CommandTerminal, wanted: string, options: { json?: boolean }): Promise<void> {
  const ids = wanted.startsWith("run_") ? [wanted] : await activeRuns(rpc, wanted);
  const runs: Run[] = [];
  for (const id of ids) runs.push(await rpc.runs.cancel({ id }));
  if (options.json) return io.json(runs);
  if (runs.length === 0) io.line(`Nothing goes on in ${wanted}.`);
  for (const run of runs) io.line(`${run.id}  ${run.status}${run.reason ? `  ${oneLine(run.reason)}` : ""}`);
}

async function activeRuns(rpc: HearthClient, wanted: string): Promise<string[]> {
  const session = await findSession(rpc, wanted);
  const chats = await rpc.chats.list({ sessionId: session.id });
  const lists = await Promise.all(chats.map((chat) => rpc.runs.list({ chatId: chat.id })));
  return lists
    .flat()
    .filter((run) => !runHasEnded(run.status))
    .map((run) => run.id);
}
