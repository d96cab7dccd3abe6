import { readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import * as z from "zod";
import type { FoundProgram } from "../lib/find-program.ts";

const manifest = z.object({ version: z.string().max(60) });
const known = new Map<string, string | null>();
const maxKnown = 200;

/** The version of a program that came from npm, read from its package's manifest; null for any other. Starts nothing. */
export function installedVersion({ path: program, fingerprint }: FoundProgram): string | null {
  const told = known.get(fingerprint);
  if (told !== undefined) return told;
  const version = readVersion(program);
  if (known.size >= maxKnown) known.clear();
  known.set(fingerprint, version);
  return version;
}

function readVersion(program: string): string | null {
  try {
    const parts = realpathSync(program).split(path.sep);
    const at = parts.lastIndexOf("node_modules");
    if (at === -1) return null;
    const folder = parts.slice(0, at + (parts[at + 1]?.startsWith("@") ? 3 : 2));
    return manifest.parse(JSON.parse(readFileSync([...folder, "package.json"].join(path.sep), "utf8"))).version;
  } catch {
    // No manifest, or none that says a version: then the handshake tells it.
    return null;
  }
}
