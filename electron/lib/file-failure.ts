import { failure, type Failure } from "../../shared/errors.ts";

/** Why a file below a root can't be read or written. */
export type FileFailure = Failure<"PATH_REFUSED" | "FILE_NOT_FOUND" | "TOO_LARGE" | "DISK_FULL">;

export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}

const refusals: Record<string, string> = {
  ELOOP: "a folder on the way is a link",
  ENOTDIR: "a folder on the way is a link or a file",
  EISDIR: "a folder is in the way",
  ENOTEMPTY: "a folder with files in it is in the way",
  EEXIST: "something is in the way",
  EACCES: "no permission",
  EPERM: "not permitted",
  EROFS: "the disk is read-only",
  ENAMETOOLONG: "the name is too long",
  EBUSY: "it is in use",
  ETXTBSY: "it is in use",
  EINVAL: "the name isn't possible",
  ENXIO: "it isn't a file",
  EILSEQ: "the name isn't possible here",
};

export function fileFailure(error: unknown, path: string): { ok: false; error: FileFailure } {
  const code = errorCode(error);
  if (code === "ENOSPC" || code === "EDQUOT") return failure("DISK_FULL", `No room left to write ${path}`);
  if (code === "ENOENT") return failure("FILE_NOT_FOUND", `${path} isn't there`);
  const reason = refusals[code];
  if (reason === undefined) throw error;
  return refuse(path, reason);
}

export function refuse(path: string, reason: string): { ok: false; error: FileFailure } {
  return failure("PATH_REFUSED", `${path}: ${reason}`, { data: { path, reason } });
}
