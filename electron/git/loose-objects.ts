import { randomBytes } from "node:crypto";
import { mkdir, open, rename, rm, utimes } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { errorCode } from "../lib/file-failure.ts";
import { fail, ok, type Result } from "../../shared/result.ts";
import type { GitFailure } from "./git.ts";
import { oidOf, type OidLength } from "./tree-objects.ts";

type ObjectType = "tree" | "commit";

const compress = promisify(deflate);
/** So many are written at once. */
const together = 16;

/**
 * Puts small objects into a repository of ours as git itself does, each in a file of its own, without starting git: that
 * costs ten times as much as the object. What is there already is made young, so that no clean-up that goes on takes it.
 * On the disk when it resolves.
 */
export async function writeObjects(
  objectsDir: string,
  objects: readonly { type: ObjectType; oid: string; bytes: Uint8Array }[],
): Promise<Result<null, GitFailure>> {
  try {
    for (let at = 0; at < objects.length; at += together)
      await Promise.all(objects.slice(at, at + together).map((object) => writeOne(objectsDir, object)));
    return ok(null);
  } catch (error) {
    const stderr = error instanceof Error ? error.message : String(error);
    return fail({ type: "exit", message: stderr, exitCode: null, stderr });
  }
}

/** One object, whose id is told. */
export async function writeObject(
  objectsDir: string,
  type: ObjectType,
  bytes: Uint8Array,
  oidLength: OidLength,
): Promise<Result<string, GitFailure>> {
  const oid = oidOf(type, bytes, oidLength);
  const written = await writeObjects(objectsDir, [{ type, oid, bytes }]);
  return written.ok ? ok(oid) : written;
}

async function writeOne(
  objectsDir: string,
  { type, oid, bytes }: { type: ObjectType; oid: string; bytes: Uint8Array },
): Promise<void> {
  const folder = path.join(objectsDir, oid.slice(0, 2));
  const place = path.join(folder, oid.slice(2));
  if (await makeYoung(place)) return;
  await mkdir(folder, { recursive: true });
  // Git's own name for what is half written: its clean-up knows it.
  const half = path.join(folder, `tmp_obj_${randomBytes(6).toString("hex")}`);
  const content = await compress(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]), { level: 1 });
  try {
    await writeWhole(half, content);
    await rename(half, place);
  } catch (error) {
    await rm(half, { force: true });
    throw error;
  }
}

async function makeYoung(place: string): Promise<boolean> {
  const now = new Date();
  try {
    await utimes(place, now, now);
    return true;
  } catch (error) {
    if (errorCode(error) === "ENOENT") return false;
    throw error;
  }
}

async function writeWhole(file: string, content: Uint8Array): Promise<void> {
  const handle = await open(file, "wx", 0o444);
  try {
    await handle.writeFile(content);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
