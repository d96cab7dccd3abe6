import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";

/** What the practice agent knows of one agent session. It lives in one file per session, so a new process can go on. */
export type Memory = {
  sessionId: string;
  cwd: string;
  turns: number;
  modeId: string;
  modelId: string;
  remembered: string[];
  history: { role: "user" | "agent"; text: string }[];
};

const maxHistory = 400;

/** Memories by the ids of their sessions, in files that are whole or not there. */
export class MemoryFolder {
  readonly #dir: string;

  constructor(dir: string) {
    this.#dir = dir;
  }

  load(sessionId: string): Memory | null {
    // The id becomes a file name: only ids as this agent makes them.
    if (!/^practice-[a-z0-9-]{1,80}$/.test(sessionId)) return null;
    try {
      return parseMemory(JSON.parse(readFileSync(this.#fileOf(sessionId), "utf8")));
    } catch {
      // No such file, or not whole: a session that isn't known.
      return null;
    }
  }

  save(memory: Memory): void {
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    const file = this.#fileOf(memory.sessionId);
    writeFileSync(`${file}.new`, JSON.stringify({ ...memory, history: memory.history.slice(-maxHistory) }), { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }

  #fileOf(sessionId: string): string {
    return path.join(this.#dir, `${sessionId}.json`);
  }
}

function parseMemory(value: unknown): Memory | null {
  if (typeof value !== "object" || value === null) return null;
  const { sessionId, cwd, turns, modeId, modelId, remembered, history } = value as Partial<Record<keyof Memory, unknown>>;
  if (typeof sessionId !== "string" || typeof cwd !== "string" || !Array.isArray(remembered) || !Array.isArray(history))
    return null;
  return {
    sessionId,
    cwd,
    turns: typeof turns === "number" ? turns : 0,
    modeId: typeof modeId === "string" ? modeId : "ask",
    modelId: typeof modelId === "string" ? modelId : "steady",
    remembered: remembered.filter((entry) => typeof entry === "string"),
    history: history.filter(isLine),
  };
}

function isLine(value: unknown): value is Memory["history"][number] {
  return typeof value === "object" && value !== null && "role" in value && "text" in value && typeof value.text === "string";
}
