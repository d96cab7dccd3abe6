import { existsSync, readFileSync } from "node:fs";
import { statfs } from "node:fs/promises";
import path from "node:path";
import * as z from "zod";
import { failure } from "../../../shared/errors.ts";
import { ok, type Result } from "../../../shared/result.ts";
import { sizeText } from "../../../shared/size-text.ts";
import type { InstallFailure } from "./npm-failure.ts";
import type { Managed, NpmPin } from "./pins.ts";

const lockfile = z.object({
  packages: z.record(
    z.string(),
    z.object({
      version: z.string().optional(),
      integrity: z.string().optional(),
      optionalDependencies: z.record(z.string(), z.string()).optional(),
    }),
  ),
});

/** A failure where the disk hasn't the room for it. */
export async function lacksRoom(root: string, { aboutBytes }: Managed): Promise<{ ok: false; error: InstallFailure } | null> {
  const { bavail, bsize } = await statfs(root);
  // The archives lie beside what is unpacked from them until the end.
  const needed = aboutBytes * 1.5;
  if (bavail * bsize > needed) return null;
  return failure("DISK_FULL", `It needs about ${sizeText(needed)} at first, and ${sizeText(bavail * bsize)} are free here`);
}

/** Whether what npm brought is what was pinned, by what it wrote down of the archives; to be asked before a script runs. */
export function checkPinned(folder: string, pins: readonly NpmPin[]): Result<null, InstallFailure> {
  const { packages } = lockfile.parse(JSON.parse(readFileSync(path.join(folder, "package-lock.json"), "utf8")));
  for (const { name, version, integrity } of pins) {
    const came = packages[`node_modules/${name}`];
    if (came?.version !== version || came.integrity !== integrity)
      return failure(
        "AGENT_INSTALL_FAILED",
        `${name} ${version} isn't what it was when it was looked at. Nothing of it was kept.`,
        {
          data: { expected: integrity, came: came?.integrity ?? null },
        },
      );
    const parts = Object.keys(came.optionalDependencies ?? {}).filter(isForThisMachine);
    if (parts.length > 0 && !parts.some((part) => existsSync(path.join(folder, "node_modules", part))))
      return failure("AGENT_INSTALL_FAILED", `The registry hasn't got the part of ${name} for this machine: ${parts.join(", ")}`);
  }
  return ok(null);
}

/** A package of which there is one for each kind of machine holds the program itself, and npm passes over one that it can't get. */
function isForThisMachine(name: string): boolean {
  return name.includes(`-${process.platform}-${process.arch}`);
}

/** Whether one of the programs that are looked for came with it. */
export function hasProgram(folder: string, programs: readonly string[]): boolean {
  return programs.some((program) => existsSync(path.join(folder, "node_modules", ".bin", program)));
}
