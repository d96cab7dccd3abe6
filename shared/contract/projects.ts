import { oc } from "@orpc/contract";
import * as z from "zod";
import { isoTime } from "../run-event.ts";
import { errors } from "./errors.ts";

export const project = z.object({
  id: z.string(),
  name: z.string(),
  path: z.string(),
  kind: z.enum(["git", "folder"]),
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

const byId = z.object({ id: z.string() });

export const projects = {
  add: oc
    .route({ method: "POST", path: "/projects" })
    .input(z.object({ path: z.string().min(1) }))
    .output(project)
    .errors(errors("PROJECT_PATH_REFUSED", "PROJECT_PATH_MISSING", "GIT_FAILED")),
  list: oc.route({ method: "GET", path: "/projects" }).output(z.array(project)),
  get: oc.route({ method: "GET", path: "/projects/{id}" }).input(byId).output(project).errors(errors("PROJECT_NOT_FOUND")),
  remove: oc
    .route({ method: "DELETE", path: "/projects/{id}" })
    .input(byId)
    .output(z.object({ removed: z.literal(true) }))
    .errors(errors("PROJECT_NOT_FOUND", "WORK_AT_RISK")),
  rename: oc
    .route({ method: "PATCH", path: "/projects/{id}" })
    .input(byId.extend({ name: z.string().trim().min(1).max(120) }))
    .output(project)
    .errors(errors("PROJECT_NOT_FOUND")),
  locate: oc
    .route({ method: "POST", path: "/projects/{id}/locate" })
    .input(byId.extend({ path: z.string().min(1) }))
    .output(project)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_REFUSED", "PROJECT_PATH_MISSING")),
  trustReport: oc
    .route({ method: "GET", path: "/projects/{id}/trust" })
    .input(byId)
    .output(trustReport)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_MISSING")),
  trust: oc
    .route({ method: "POST", path: "/projects/{id}/trust" })
    .input(byId.extend({ contentHash: z.string().optional() }))
    .output(project)
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_MISSING", "TRUST_CHANGED")),
  distrust: oc
    .route({ method: "DELETE", path: "/projects/{id}/trust" })
    .input(byId)
    .output(project)
    .errors(errors("PROJECT_NOT_FOUND")),
  browse: oc
    .route({ method: "GET", path: "/folders" })
    .input(z.object({ path: z.string().optional() }))
    .output(folderListing)
    .errors(errors("PROJECT_PATH_MISSING")),
  /** Branches and tags a new session can start from, current first. */
  bases: oc
    .route({ method: "GET", path: "/projects/{id}/bases" })
    .input(byId)
    .output(z.array(z.object({ ref: z.string(), commit: z.string(), current: z.boolean(), behind: z.int().nullable() })))
    .errors(errors("PROJECT_NOT_FOUND", "PROJECT_PATH_MISSING", "GIT_FAILED")),
};
