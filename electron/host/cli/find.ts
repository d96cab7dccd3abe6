import { existsSync, realpathSync } from "node:fs";
import path from "node:path";
import type { Project } from "../../../shared/contract/projects.ts";
import type { Session } from "../../../shared/contract/sessions.ts";
import { CliFailure } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";

/** A project by id or by path; one that isn't known yet is added. */
export async function findProject(rpc: HearthClient, wanted: string): Promise<Project> {
  const projects = await rpc.projects.list();
  const byId = projects.find((project) => project.id === wanted);
  if (byId) return byId;
  const absolute = path.resolve(wanted);
  let real = absolute;
  try {
    real = realpathSync(absolute);
  } catch {
    throw new CliFailure(
      "PROJECT_PATH_MISSING",
      `There is no folder ${absolute}, and no project with that id. \`hearth ls\` lists the projects.`,
    );
  }
  return (
    projects.find((project) => project.path === absolute || project.path === real) ?? (await rpc.projects.add({ path: absolute }))
  );
}

/** The project that a folder belongs to: the innermost there is, up to the edge of its repository; else it becomes one. */
export async function projectAround(rpc: HearthClient, folder: string): Promise<Project> {
  const byPath = new Map((await rpc.projects.list()).map((project) => [project.path, project]));
  for (let at = realpathSync(folder); ; at = path.dirname(at)) {
    const found = byPath.get(at);
    if (found && (found.kind === "git" || at === realpathSync(folder))) return found;
    if (existsSync(path.join(at, ".git")) || path.dirname(at) === at) return findProject(rpc, folder);
  }
}

/** A session by its id or the beginning of it, where that fits only one. */
export async function findSession(rpc: HearthClient, wanted: string): Promise<Session> {
  const projects = await rpc.projects.list();
  const lists = await Promise.all(projects.map((project) => rpc.sessions.list({ projectId: project.id, status: "all" })));
  const sessions = lists.flat();
  const exact = sessions.find((session) => session.id === wanted);
  if (exact) return exact;
  const fitting = sessions.filter((session) => wanted.length >= 3 && session.id.startsWith(wanted));
  const [only, ...others] = fitting;
  if (only && others.length === 0) return only;
  if (!only) throw new CliFailure("SESSION_NOT_FOUND", `There is no session ${wanted}. \`hearth ls\` lists them.`);
  throw new CliFailure(
    "SESSION_AMBIGUOUS",
    `${wanted} fits ${fitting.length} sessions: ${fitting.map(({ id }) => id).join(", ")}`,
  );
}
