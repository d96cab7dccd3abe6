import { createHash } from "node:crypto";
import { readdirSync, readlinkSync, lstatSync, realpathSync, statSync, type Dirent, type Stats } from "node:fs";
import path from "node:path";
import type { TrustItem } from "../../shared/contract/projects.ts";
import { readRegular } from "../lib/read-regular.ts";
import { describeConfig } from "./trust-describe.ts";
import { isLeftOut, kindInside, trustPlaces, steeringLines, type TrustPlace } from "./trust-places.ts";

/** Something that can run, with the hash of the bytes that decide what it does. */
export type FoundItem = TrustItem & { hash: string };

const maxFileBytes = 8 * 1024 * 1024;
const maxFiles = 5000;
const maxDepth = 12;

/**
 * What of a working copy would run or steer what runs. Reads bytes and names, runs nothing. What can't be read, or is
 * too much to read, gets a hash that never repeats, so it stays untrusted.
 */
export function scanFolder(root: string): FoundItem[] {
  const budget = { files: 0 };
  return [...trustPlaces.flatMap((place) => scanPlace(root, place, budget)), ...scanEnvironmentFiles(root)];
}

type Budget = { files: number };

function scanPlace(root: string, place: TrustPlace, budget: Budget): FoundItem[] {
  const at = path.join(root, place.path);
  const own = lstatSync(at, { throwIfNoEntry: false });
  if (!own) return [];
  return walk(at, place.path, place, own, 0, budget);
}

function walk(at: string, relative: string, place: TrustPlace, own: Stats, depth: number, budget: Budget): FoundItem[] {
  const link = own.isSymbolicLink() ? readlinkSync(at) : null;
  const target = link === null ? own : followed(at);
  // A link's content may lie outside; what counts is what an agent that follows it would read.
  const linked = link === null ? "" : `link to ${link}`;
  if (target === null) return [item(relative, place, sha(`${linked}\0dangling`), linked)];
  if (target.isDirectory()) {
    const inside = walkFolder(at, relative, place, depth, budget);
    return link === null ? inside : [item(relative, place, sha(`${linked}\0${realpathSync(at)}`), linked), ...inside];
  }
  budget.files += 1;
  if (budget.files > maxFiles) return [item(relative, place, unrepeatable(), "too many files to check")];
  if (!target.isFile() || target.size > maxFileBytes)
    return [item(relative, place, unrepeatable(), "not a file that can be checked")];
  return fileItems(at, relative, place, linked);
}

function walkFolder(at: string, relative: string, place: TrustPlace, depth: number, budget: Budget): FoundItem[] {
  if (depth >= maxDepth || budget.files > maxFiles) return [item(relative, place, unrepeatable(), "too deep to check")];
  const entries = readFolder(at);
  if (entries === null) return [item(relative, place, unrepeatable(), "can't be read")];
  return entries.flatMap((entry) => {
    const child = `${relative}/${entry.name}`;
    if (isLeftOut(child.slice(place.path.length + 1))) return [];
    const childAt = path.join(at, entry.name);
    const own = lstatSync(childAt, { throwIfNoEntry: false });
    return own ? walk(childAt, child, place, own, depth + 1, budget) : [];
  });
}

function fileItems(at: string, relative: string, place: TrustPlace, linked: string): FoundItem[] {
  const bytes = readRegular(at, maxFileBytes);
  if (bytes === null) return [item(relative, place, unrepeatable(), "can't be read")];
  const content = withoutOwnDependency(relative, bytes);
  if (content === null) return [];
  const inside = relative === place.path ? place.kind : kindInside(relative, place.kind);
  const fallback = { kind: inside, detail: place.detail };
  const told = /\.jsonc?$/.test(relative) ? describeConfig(bytes.toString("utf8"), fallback) : fallback;
  return [item(relative, { ...place, ...told }, sha(Buffer.concat([Buffer.from(`${linked}\0`), content])), linked)];
}

/**
 * opencode writes a package.json into its folders that names nothing but its own plugin package, in whichever version
 * it has; that is no change of what runs. Returns null for such a file.
 */
function withoutOwnDependency(relative: string, bytes: Buffer): Buffer | null {
  if (!/(^|\/)\.opencode\/package\.json$/.test(relative)) return bytes;
  const own = /^\s*\{\s*"dependencies"\s*:\s*\{\s*"@opencode-ai\/plugin"\s*:\s*"[^"]*"\s*\}\s*\}\s*$/;
  return own.test(bytes.toString("utf8")) ? null : bytes;
}

/** `.env` files count by the lines that steer programs only: the rest changes often and runs nothing. */
function scanEnvironmentFiles(root: string): FoundItem[] {
  const names = (readFolder(root) ?? []).map((entry) => entry.name).filter((name) => name === ".env" || name.startsWith(".env."));
  return names.toSorted().flatMap((name): FoundItem[] => {
    const at = path.join(root, name);
    const target = followed(at);
    if (!target?.isFile()) return [];
    const bytes = readRegular(at, maxFileBytes);
    if (bytes === null)
      return [{ kind: "environment", path: name, detail: "Environment that can't be checked", hash: unrepeatable() }];
    const { lines, names: set } = steeringLines(bytes.toString("utf8"));
    if (lines.length === 0) return [];
    return [{ kind: "environment", path: name, detail: `Sets ${set.join(", ")}`, hash: sha(lines.join("\n")) }];
  });
}

function item(relative: string, place: TrustPlace, hash: string, note: string): FoundItem {
  return { kind: place.kind, path: relative, detail: note === "" ? place.detail : `${place.detail} (${note})`, hash };
}

/** Files of one folder, of any kind, as items; for hooks. */
export function scanHooks(folder: string, shown: string): FoundItem[] {
  const budget = { files: 0 };
  return (readFolder(folder) ?? []).flatMap((entry) => {
    if (entry.name.endsWith(".sample")) return [];
    const at = path.join(folder, entry.name);
    const own = lstatSync(at, { throwIfNoEntry: false });
    const place: TrustPlace = { path: `${shown}/${entry.name}`, kind: "hook", detail: "Run by git commands" };
    return own ? walk(at, place.path, place, own, 0, budget) : [];
  });
}

function readFolder(folder: string): Dirent[] | null {
  try {
    return readdirSync(folder, { withFileTypes: true }).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    return isMissing(error) ? [] : null;
  }
}

function followed(at: string): Stats | null {
  try {
    return statSync(at);
  } catch {
    return null; // A dangling link or a loop of links.
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

export function sha(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

function unrepeatable(): string {
  return `unchecked-${crypto.randomUUID()}`;
}
