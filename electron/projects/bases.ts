import type { BaseList, BaseState } from "../../shared/contract/projects.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { stateOfBase } from "../git/base-state.ts";
import { listBases } from "../git/bases.ts";
import type { Git, GitFailure } from "../git/git.ts";
import { gitMessage } from "../git/repository.ts";
import { fetchUpstream, upstreamOf } from "../git/upstream.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import { realFolder } from "../lib/real-folder.ts";
import type { ProjectRow } from "../store/projects.ts";
import { missingFolder } from "./project-path.ts";

// What sessions of a project can start from, of what its repository has.

export type BasesFailure = Failure<"PROJECT_PATH_MISSING" | "GIT_FAILED">;
type BaseNotFound = Failure<"BASE_NOT_FOUND">;

export async function basesOf(git: Git, project: ProjectRow, query: string): Promise<Result<BaseList, BasesFailure>> {
  if (realFolder(project.path) === null) return missingFolder(project);
  if (project.kind === "folder") return ok({ bases: [], more: false });
  const bases = await listBases(git, project.path, query);
  return bases.ok ? bases : gitFailed("The branches can't be listed", bases.error);
}

export async function baseStateOf(
  git: Git,
  project: ProjectRow,
  ref: string,
): Promise<Result<BaseState, BasesFailure | BaseNotFound>> {
  if (realFolder(project.path) === null) return missingFolder(project);
  if (project.kind === "folder") return notFound(project, ref);
  const state = await stateOfBase(git, project.path, ref);
  if (!state.ok) return gitFailed(`git can't look up ${ref}`, state.error);
  if (state.value === null) return notFound(project, ref);
  const { fetchedAt } = state.value;
  return ok({ ref, ...state.value, fetchedAt: fetchedAt === null ? null : isoTime(fetchedAt) });
}

type Fetching = { git: Git; clock: Clock; userEnv: () => Promise<Record<string, string>> };

/** In a trusted project only: git then runs what the repository's settings say, as for the person themselves. */
export async function fetchBaseOf(
  { git, clock, userEnv }: Fetching,
  project: ProjectRow,
  ref: string,
): Promise<Result<BaseState, BasesFailure | BaseNotFound>> {
  const before = await baseStateOf(git, project, ref);
  if (!before.ok) return before;
  const upstream = await upstreamOf(git, project.path, ref);
  if (!upstream.ok) return gitFailed(`git can't look up ${ref}`, upstream.error);
  if (!upstream.value?.source) return before;
  const { source } = upstream.value;
  const fetched = await fetchUpstream(git, project.path, source, await userEnv());
  if (!fetched.ok) return gitFailed(`It can't be fetched from ${source.remote} now`, fetched.error);
  const after = await baseStateOf(git, project, ref);
  return after.ok ? ok({ ...after.value, fetchedAt: isoTime(clock.now()) }) : after;
}

function gitFailed(what: string, error: GitFailure): Result<never, BasesFailure> {
  return failure("GIT_FAILED", gitMessage(what, error));
}

function notFound(project: ProjectRow, ref: string): Result<never, BaseNotFound> {
  return failure("BASE_NOT_FOUND", `There is no branch, tag or commit ${ref} in ${project.name}.`, { field: "ref" });
}
