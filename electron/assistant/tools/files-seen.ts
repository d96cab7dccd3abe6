import { createHash } from "node:crypto";
import type { FilesRead } from "./tool.ts";

/** What a chat has read and written, by content hash, as long as the chat is open. */
export class FilesSeen implements FilesRead {
  readonly #hashes = new Map<string, string>();

  hashOf(path: string): string | null {
    return this.#hashes.get(path) ?? null;
  }

  saw(path: string, hash: string): void {
    this.#hashes.set(path, hash);
  }

  changed(path: string, hash: string | null): void {
    if (hash === null) this.#hashes.delete(path);
    else this.#hashes.set(path, hash);
  }
}

export function hashOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
