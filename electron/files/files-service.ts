import type { FileMatch } from "../../shared/contract/files.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { listWorkingFiles } from "../git/list-files.ts";
import { readInside, resolveInside } from "../lib/write-file.ts";
import type { Clock } from "../lib/clock.ts";
import { searchPaths, withFolders } from "./search.ts";

type CopyFacts = {
  id: string;
  projectId: string;
  projectPath: string;
  path: string;
  state: "preparing" | "ready" | "missing" | "failed" | "removed";
  revisionTree: string | null;
};

export type FilesDeps = {
  git: Git;
  clock: Clock;
  findCopy: (sessionId: string) => CopyFacts | null;
  /** Files of the copy as of its last snapshot, for folders that git itself can't list. */
  listSnapshot: (copy: {
    projectId: string;
    projectPath: string;
    copyId: string;
    path: string;
  }) => Promise<Result<string[], Failure>>;
};

type CopyFailure = Failure<"SESSION_NOT_FOUND" | "WORKING_COPY_MISSING" | "WORKING_COPY_NOT_READY">;
type FileText = { path: string; text: string | null; binary: boolean; bytes: number; truncated: boolean };

const maxTextBytes = 1024 * 1024;
const maxReadBytes = 256 * 1024 * 1024;
/** A listing is good for this long, so that typing a name lists once. */
const listingMs = 2000;
const keptListings = 8;

export type FilesService = ReturnType<typeof createFilesService>;

/** Finds and reads files of working copies. Keeps the last listings for as long as it lives. */
export function createFilesService({ git, clock, findCopy, listSnapshot }: FilesDeps) {
  const listings = new Map<
    string,
    { until: number; revision: string | null; entries: Promise<Result<FileMatch[], Failure<"GIT_FAILED">>> }
  >();

  function readyCopy(sessionId: string): Result<CopyFacts, CopyFailure> {
    const copy = findCopy(sessionId);
    if (!copy || copy.state === "removed")
      return failure("SESSION_NOT_FOUND", "There is no such session, or it was deleted.", { field: "sessionId" });
    if (copy.state === "missing")
      return failure(
        "WORKING_COPY_MISSING",
        `${copy.path} isn't there any more. It can be made again from its latest checkpoint.`,
      );
    if (copy.state !== "ready") return failure("WORKING_COPY_NOT_READY", "The files of this session aren't there yet.");
    return ok(copy);
  }

  async function list(copy: CopyFacts): Promise<Result<FileMatch[], Failure<"GIT_FAILED">>> {
    const listed = await listWorkingFiles(git, copy.path);
    if (listed.ok) return ok(withFolders(listed.value));
    const { projectId, projectPath, path } = copy;
    const snapshot = await listSnapshot({ projectId, projectPath, copyId: copy.id, path });
    return snapshot.ok
      ? ok(withFolders(snapshot.value))
      : failure("GIT_FAILED", `The files can't be listed: ${snapshot.error.message}`);
  }

  function entriesOf(copy: CopyFacts): Promise<Result<FileMatch[], Failure<"GIT_FAILED">>> {
    const known = listings.get(copy.id);
    if (known && known.until > clock.monotonic() && known.revision === copy.revisionTree) return known.entries;
    const entries = list(copy);
    listings.delete(copy.id);
    listings.set(copy.id, { until: clock.monotonic() + listingMs, revision: copy.revisionTree, entries });
    for (const id of [...listings.keys()].slice(0, -keptListings)) listings.delete(id);
    return entries;
  }

  return {
    async search(
      sessionId: string,
      query: string,
      limit: number,
    ): Promise<Result<FileMatch[], CopyFailure | Failure<"GIT_FAILED">>> {
      const copy = readyCopy(sessionId);
      if (!copy.ok) return copy;
      const entries = await entriesOf(copy.value);
      return entries.ok ? ok(searchPaths(entries.value, query, limit)) : entries;
    },
    async read(
      sessionId: string,
      path: string,
    ): Promise<Result<FileText, Failure<"SESSION_NOT_FOUND" | "WORKING_COPY_MISSING" | "FILE_NOT_FOUND" | "PATH_REFUSED">>> {
      const copy = readyCopy(sessionId);
      if (!copy.ok)
        return copy.error.code === "WORKING_COPY_NOT_READY"
          ? failure("FILE_NOT_FOUND", copy.error.message)
          : failure(copy.error.code, copy.error.message);
      // A link is followed as long as it stays inside; the file it ends at is then read without following any.
      const place = await resolveInside(copy.value.path, path);
      const read = place.ok ? await readInside(copy.value.path, place.value.path, maxReadBytes) : place;
      if (read.ok) return ok(toText(path, read.value.bytes));
      if (read.error.code === "PATH_REFUSED" || read.error.code === "FILE_NOT_FOUND")
        return failure(read.error.code, read.error.message, { field: "path" });
      return failure("PATH_REFUSED", read.error.message, { field: "path" });
    },
  };
}

/** At most 1 MB as text; a NUL in the first 8,000 bytes makes it binary, as git sees it. */
function toText(path: string, bytes: Buffer): FileText {
  const binary = bytes.subarray(0, 8000).includes(0);
  const truncated = bytes.length > maxTextBytes;
  const shown = truncated ? bytes.subarray(0, maxTextBytes) : bytes;
  return { path, text: binary ? null : shown.toString("utf8"), binary, bytes: bytes.length, truncated };
}
