import { mkdir, writeFile } from "node:fs/promises";
import { existsSync } from "node:fs";
import path from "node:path";
import type { Transcript } from "../programs/agent-child.ts";
import type { SessionLine, SessionStore } from "./sdk.ts";

/**
 * The agent's transcript of its session, kept by us besides. Where the agent has deleted its own, it is put back to
 * where it was, and the session goes on from there: in the SDK's own way it would get a copied configuration without
 * the person's instructions, skills and commands. What sub-agents wrote isn't needed for that.
 */
export class MirroredTranscript implements SessionStore {
  readonly #transcript: Transcript;
  readonly #configFolder: string;

  constructor(transcript: Transcript, configFolder: string) {
    this.#transcript = transcript;
    this.#configFolder = configFolder;
  }

  async append({ sessionId, subpath }: { sessionId: string; subpath?: string }, lines: SessionLine[]): Promise<void> {
    if (subpath !== undefined) return;
    this.#transcript.append(
      sessionId,
      lines.map((line) => ({ id: line.uuid ?? null, text: JSON.stringify(line) })),
    );
  }

  /** Always null: the agent reads its own file. */
  async load(key: { projectKey: string; sessionId: string; subpath?: string }): Promise<null> {
    const file = path.join(
      this.#configFolder,
      "projects",
      path.basename(key.projectKey),
      `${path.basename(key.sessionId)}.jsonl`,
    );
    if (key.subpath !== undefined || existsSync(file)) return null;
    const lines = this.#transcript.read(key.sessionId);
    if (lines.length === 0) return null;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await writeFile(file, lines.map((line) => `${line}\n`).join(""), { mode: 0o600, flag: "wx" });
    return null;
  }
}
