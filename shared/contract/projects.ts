import * as z from "zod";
import { fields } from "../fields.ts";
import { isoTime } from "../run-event.ts";
import { errors } from "./errors.ts";
import { procedure, procedureWithoutInput } from "./procedure.ts";

export const project = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  kind: z.enum(["git", "folder"]),
  /**
   * Of the repository, the folder that the project is; empty for all of it. Sessions hold the whole repository; agents and
   * terminals begin in the folder.
   */
  folder: z.string(),
  /** Where the whole repository is; null for a plain folder. */
  repository: z.string().nullable(),
  trusted: z.boolean(),
  /** `changed`: it was trusted, and what can run has changed since. */
  trust: z.enum(["trusted", "untrusted", "changed"]),
  /** The folder isn't where it was; nothing is lost, it can be located again. */
  missing: z.boolean(),
  addedAt: isoTime,
});
export type Project = z.infer<typeof project>;

/** Something of the project that would run, or change what runs, once it is trusted. */
export const trustItem = z.object({
  kind: z.enum(["agent-config", "mcp-server", "hook", "plugin", "setup-script", "editor-task", "environment", "git-config"]),
  path: z.string(),
  detail: z.string(),
});
export const trustReport = z.object({
  items: z.array(trustItem),
  /** Pass it back to `trust`, so that what is trusted is what was shown. */
  contentHash: z.string(),
  /** Paths whose content differs from what was trusted before. */
  changed: z.array(z.string()),
});
export type TrustItem = z.infer<typeof trustItem>;
export type TrustReport = z.infer<typeof trustReport>;

/** A folder the person may pick, for hosts without a native dialog. */
export const folderListing = z.object({
  path: z.string(),
  parent: z.string().nullable(),
  entries: z.array(z.object({ name: z.string(), path: z.string(), git: z.boolean() })),
});
export type FolderListing = z.infer<typeof folderListing>;

const byId = fields({ id: z.string() });

/** What a session can start from. `current`: checked out in the project; `commit`: there no branch is. */
export const base = z.object({
  ref: z.string(),
  kind: z.enum(["branch", "remote", "tag", "commit"]),
  commit: z.string(),
  current: z.boolean(),
});
/** `more`: there are others, which a part of their name finds. */
export const baseList = z.object({ bases: z.array(base), more: z.boolean() });
/** How a base stands to the branch that it follows, as that was when it was fetched last. */
export const baseState = z.object({
  ref: z.string(),
  commit: z.string(),
  /** The branch that it follows, or the remote one that it is; null for tags, commits, and branches that follow none. */
  upstream: z.string().nullable(),
  /** Commits that the upstream has besides; null without one, and where they can't be counted. */
  behind: z.int().nullable(),
  /** Null without an upstream, and where nothing tells. */
  fetchedAt: isoTime.nullable(),
});
export type Base = z.infer<typeof base>;
export type BaseList = z.infer<typeof baseList>;
export type BaseState = z.infer<typeof baseState>;
const baseOf = byId.extend({ ref: z.string().min(1).max(300) });

export const projects = {
  add: procedure("POST", "/projects", "Add a folder as a project", fields({ path: z.string().min(1) }))
    .output(project)
    .errors(errors("PROJECT_PATH_REFUSED", "PROJECT_PATH_MISSING", "GIT_FAILED")),
  list: procedureWithoutInput("GET", "/projects", "List the projects").output(z.array(project)),
  get: procedure("GET", "/projects/{id}", "Get a project", byId).output(project).errors(errors("PROJECT_NOT_FOUND")),
  remove: procedure("DELETE", "/projects/{id}", "Take a project out of the list; its folder stays", byId)
    .output(z.object({ removed: z.literal(true) }))
    .errors(errors("PROJECT_NOT_FOUND", "WORK_AT_RISK")),
  rename: procedure("PATCH", "/projects/{id}", "Rename a project", byId.extend({ name: z.string().trim().min(1).max(120) }))
    .output(project)
    .errors(errors("PROJECT_NOT_FOUND")),
  locate: procedure(
    "POST",
    "/projects/{id}/locate",
    "Tell where a project's folder has moved to",
    byId.extend({ path: z.string().min(1) }),
  )
    .output(project)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_REFUSED", "PROJECT_PATH_MISSING")),
  trustReport: procedure("GET", "/projects/{id}/trust", "List what of a project would run once it is trusted", byId)
    .output(trustReport)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_MISSING")),
  trust: procedure(
    "POST",
    "/projects/{id}/trust",
    "Trust a project's content as it is",
    byId.extend({ contentHash: z.string().optional() }),
  )
    .output(project)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_MISSING", "TRUST_CHANGED")),
  distrust: procedure("DELETE", "/projects/{id}/trust", "Take the trust in a project back", byId)
    .output(project)
    .errors(errors("PROJECT_NOT_FOUND")),
  browse: procedure("GET", "/folders", "List the folders inside a folder", fields({ path: z.string().optional() }))
    .output(folderListing)
    .errors(errors("PROJECT_PATH_MISSING")),
  /** What is checked out, then local branches, remote ones, tags; of each kind the latest. `query`: words of the name. */
  bases: procedure(
    "GET",
    "/projects/{id}/bases",
    "List the branches and tags that a session can start from",
    byId.extend({ query: z.string().max(300).optional() }),
  )
    .output(baseList)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_MISSING", "GIT_FAILED")),
  base: procedure("GET", "/projects/{id}/base", "Tell how a base stands to its remote, as last fetched", baseOf)
    .output(baseState)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_MISSING", "BASE_NOT_FOUND", "GIT_FAILED")),
  /** Within three seconds, or it failed and nothing has changed. */
  fetchBase: procedure("POST", "/projects/{id}/base/fetch", "Fetch what a base follows", baseOf)
    .output(baseState)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_MISSING", "PROJECT_NOT_TRUSTED", "BASE_NOT_FOUND", "GIT_FAILED")),
};
