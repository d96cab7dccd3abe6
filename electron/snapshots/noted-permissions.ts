import { readFileSync } from "node:fs";
import * as z from "zod";
import type { Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { fileFailure } from "../lib/file-failure.ts";
import { saveJson } from "../lib/save-json.ts";

/** A whole disk of odd ones (another umask) isn't noted to the end. */
const maxNoted = 20_000;
const noted = z.record(z.string(), z.number().int().min(0).max(0o777));
const umask = process.umask();

/**
 * Permissions that git can't hold, such as 600 of a private file, by path, as a copy's files were last seen. Whoever makes
 * one anew gives it them back. Beside the copy's index; read once, and written when they changed.
 */
export class NotedPermissions {
  readonly #file: string;
  readonly #byPath: Map<string, number>;
  #changed = false;

  constructor(file: string) {
    this.#file = file;
    this.#byPath = readNoted(file);
  }

  /** Null: what everything new has. */
  of(path: string): number | null {
    return this.#byPath.get(path) ?? null;
  }

  see(path: string, mode: number): void {
    const permissions = mode & 0o777;
    if (permissions === usual(permissions)) {
      this.#changed = this.#byPath.delete(path) || this.#changed;
    } else if (this.#byPath.get(path) !== permissions && this.#byPath.size < maxNoted) {
      this.#byPath.set(path, permissions);
      this.#changed = true;
    }
  }

  save(): Result<null, Failure> {
    if (!this.#changed) return ok(null);
    try {
      saveJson(this.#file, Object.fromEntries(this.#byPath));
    } catch (error) {
      return fileFailure(error, this.#file);
    }
    this.#changed = false;
    return ok(null);
  }
}

function usual(permissions: number): number {
  return (permissions & 0o100 ? 0o777 : 0o666) & ~umask;
}

function readNoted(file: string): Map<string, number> {
  try {
    return new Map(Object.entries(noted.parse(JSON.parse(readFileSync(file, "utf8")))));
  } catch {
    // None was noted yet, or a crash tore it: files that are seen are noted anew.
    return new Map();
  }
}
