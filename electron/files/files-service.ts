import type { FileKind, FileMatch, PictureFile } from "../../shared/contract/files.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import type { Git } from "../git/git.ts";
import { listWorkingFiles } from "../git/list-files.ts";
import { maxPictureBytes, pictureFileOf } from "../lib/read-picture.ts";
import { readInside, readStartInside, resolveInside } from "../lib/write-file.ts";
import type { Clock } from "../lib/clock.ts";
import type { CopyFailure, SessionRecords } from "../sessions/session-records.ts";
import type { SnapshotStore } from "../snapshots/snapshot-store.ts";
import type { Copy } from "../working-copies/copy.ts";
import { searchPaths, withFolders } from "./search.ts";

export type FilesDeps = {
  git: Git;
  clock: Clock;
  sessions: Pick<SessionRecords, "readyCopy">;
  /** Lists a folder that git itself can't list, as of its last snapshot. */
  snapshots: Pick<SnapshotStore, "listFiles">;
};

type ReadFailure = Failure<"SESSION_NOT_FOUND" | "WORKING_COPY_MISSING" | "FILE_NOT_FOUND" | "PATH_REFUSED">;
type FileText = { path: string; text: string | null; binary: boolean; bytes: number; truncated: boolean };

/** A NUL in so many makes a file binary, as git sees it. */
const lookedAtBytes = 8000;
const maxTextBytes = 1024 * 1024;
const maxReadBytes = 256 * 1024 * 1024;
/** A listing is good for this long, so that typing a name lists once. */
const listingMs = 2000;
const keptListings = 8;

type Listing = Promise<Result<FileMatch[], Failure<"GIT_FAILED">>>;

/** Finds and reads files of working copies. Keeps the last listings for as long as it lives. */
export class FilesService {
  readonly #deps: FilesDeps;
  readonly #listings = new Map<string, { until: number; revision: string | null; entries: Listing }>();

  constructor(deps: FilesDeps) {
    this.#deps = deps;
  }

  async search(
    sessionId: string,
    query: string,
    limit: number,
  ): Promise<Result<FileMatch[], CopyFailure | Failure<"GIT_FAILED">>> {
    const copy = this.#deps.sessions.readyCopy(sessionId);
    if (!copy.ok) return copy;
    const entries = await this.#entriesOf(copy.value);
    return entries.ok ? ok(searchPaths(entries.value, query, limit, copy.value.folder)) : entries;
  }

  async read(sessionId: string, path: string): Promise<Result<FileText, ReadFailure>> {
    const bytes = await this.#read(sessionId, path, maxReadBytes);
    if (!bytes.ok) return bytes;
    return bytes.value === null ? tooLarge(path) : ok(toText(path, bytes.value));
  }

  /** Whether files are there, and whether they are text: their starts alone are read, one after the other. */
  async kinds(
    sessionId: string,
    paths: readonly string[],
  ): Promise<Result<FileKind[], Failure<"SESSION_NOT_FOUND" | "WORKING_COPY_MISSING">>> {
    const copy = this.#deps.sessions.readyCopy(sessionId);
    if (!copy.ok && copy.error.code !== "WORKING_COPY_NOT_READY") return failure(copy.error.code, copy.error.message);
    const kinds: FileKind[] = [];
    for (const path of paths) kinds.push({ path, kind: copy.ok ? await kindInside(copy.value.path, path) : null });
    return ok(kinds);
  }

  /** The image that a file is. */
  async picture(sessionId: string, path: string): Promise<Result<PictureFile, ReadFailure>> {
    const bytes = await this.#read(sessionId, path, maxPictureBytes);
    if (!bytes.ok) return bytes;
    return ok(bytes.value === null ? { bytes: null, picture: null } : pictureFileOf(bytes.value));
  }

  /** Null: it is larger than that. */
  async #read(sessionId: string, path: string, maxBytes: number): Promise<Result<Buffer | null, ReadFailure>> {
    const copy = this.#deps.sessions.readyCopy(sessionId);
    if (!copy.ok)
      return copy.error.code === "WORKING_COPY_NOT_READY"
        ? failure("FILE_NOT_FOUND", copy.error.message)
        : failure(copy.error.code, copy.error.message);
    // A link is followed as long as it stays inside; the file it ends at is then read without following any.
    const place = await resolveInside(copy.value.path, path);
    const read = place.ok ? await readInside(copy.value.path, place.value.path, maxBytes) : place;
    if (read.ok) return ok(read.value.bytes);
    if (read.error.code === "TOO_LARGE") return ok(null);
    if (read.error.code === "PATH_REFUSED" || read.error.code === "FILE_NOT_FOUND")
      return failure(read.error.code, read.error.message, { field: "path" });
    return failure("PATH_REFUSED", read.error.message, { field: "path" });
  }

  #entriesOf(copy: Copy): Listing {
    const now = this.#deps.clock.monotonic();
    const known = this.#listings.get(copy.id);
    if (known && known.until > now && known.revision === copy.revisionTree) return known.entries;
    const entries = this.#list(copy);
    this.#listings.delete(copy.id);
    this.#listings.set(copy.id, { until: now + listingMs, revision: copy.revisionTree, entries });
    for (const id of [...this.#listings.keys()].slice(0, -keptListings)) this.#listings.delete(id);
    return entries;
  }

  async #list(copy: Copy): Promise<Awaited<Listing>> {
    const listed = await listWorkingFiles(this.#deps.git, copy.path);
    if (listed.ok) return ok(withFolders(listed.value));
    const { projectId, projectPath, path } = copy;
    const snapshot = await this.#deps.snapshots.listFiles({ projectId, projectPath, copyId: copy.id, path });
    return snapshot.ok
      ? ok(withFolders(snapshot.value))
      : failure("GIT_FAILED", `The files can't be listed: ${snapshot.error.message}`);
  }
}

function tooLarge(path: string): { ok: false; error: ReadFailure } {
  return failure("PATH_REFUSED", `${path} is larger than ${maxReadBytes} bytes`, { field: "path" });
}

async function kindInside(folder: string, path: string): Promise<FileKind["kind"]> {
  const place = await resolveInside(folder, path);
  if (!place.ok || !place.value.exists) return null;
  const start = await readStartInside(folder, place.value.path, lookedAtBytes);
  if (!start.ok) return null;
  return isBinary(start.value) ? "binary" : "text";
}

function isBinary(bytes: Buffer): boolean {
  return bytes.subarray(0, lookedAtBytes).includes(0);
}

/** At most 1 MB as text. */
function toText(path: string, bytes: Buffer): FileText {
  const binary = isBinary(bytes);
  const truncated = bytes.length > maxTextBytes;
  const shown = truncated ? bytes.subarray(0, maxTextBytes) : bytes;
  return { path, text: binary ? null : shown.toString("utf8"), binary, bytes: bytes.length, truncated };
}
