import { lstat } from "node:fs/promises";
import nodePath from "node:path";
import { ok, type Result } from "../../../shared/result.ts";
import { refusedPath } from "../../lib/path-guard.ts";
import { reallyInside, resolveInside } from "../../lib/write-file.ts";
import { fault, fileFault } from "./fault.ts";
import type { ToolCallContext, ToolFault } from "./tool.ts";

/** A path in the working copy, links followed. `path` is relative with `/`; empty for the working copy itself. */
export type Place = { path: string; absolute: string; exists: boolean };

/** Where a path that a model named leads; refused where that is outside of the working copy, or in git's own folder. */
export async function placeOf({ root }: Pick<ToolCallContext, "root">, given: string): Promise<Result<Place, ToolFault>> {
  const named = process.platform === "win32" ? given.replaceAll("\\", "/") : given;
  const plain = named.replace(/^(\.\/+)+/, "").replace(/\/+$/, "");
  if (plain === "" && !named.startsWith("/")) return ok({ path: "", absolute: root, exists: true });
  if (plain === ".") return ok({ path: "", absolute: root, exists: true });
  // A way back is refused as it is written: a path that is normalised first would hide it.
  if (plain.split("/").includes("..")) return outside(given);
  if (nodePath.isAbsolute(plain) && nodePath.resolve(plain) === nodePath.resolve(root))
    return ok({ path: "", absolute: root, exists: true });
  const inside = nodePath.isAbsolute(named) ? await reallyInside(root, plain) : plain.replaceAll(/\/(\.?\/)+/g, "/");
  if (inside === null) return outside(given);
  const resolved = await resolveInside(root, inside);
  if (!resolved.ok) return fileFault(resolved.error);
  const { path, exists } = resolved.value;
  return ok({ path, absolute: nodePath.join(root, path), exists });
}

/** The same of a name itself, which may be a link: only the folders on the way are followed. */
export async function entryOf(call: Pick<ToolCallContext, "root">, given: string): Promise<Result<Place, ToolFault>> {
  const named = given.replace(/\/+$/, "");
  const name = nodePath.posix.basename(named);
  const folder = await placeOf(call, nodePath.posix.dirname(named));
  if (!folder.ok) return folder;
  const path = folder.value.path === "" ? name : `${folder.value.path}/${name}`;
  const reason = refusedPath(path);
  if (reason !== null) return fault("POLICY_VIOLATION", `${given}: ${reason}`);
  const absolute = nodePath.join(call.root, path);
  return ok({ path, absolute, exists: await isThere(absolute) });
}

async function isThere(absolute: string): Promise<boolean> {
  try {
    await lstat(absolute);
    return true;
  } catch {
    return false; // Whatever keeps it from being seen, using it says.
  }
}

function outside(given: string) {
  return fault("POLICY_VIOLATION", `${given} is outside of the project. Paths are relative to the project's folder.`);
}
