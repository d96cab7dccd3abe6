import { mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Log } from "../lib/log.ts";

/**
 * Outputs of tools that are too long for an event: a file each below `outputs/` in the data folder, kept as long as
 * the data folder. A disk without room costs the file, not the run.
 */
export function createOutputFiles(dataDir: string, log: Log) {
  return (runId: string, toolCallId: string, output: string): string | null => {
    const folder = path.join(dataDir, "outputs", runId);
    // Agents choose tool call ids; only harmless characters of them become part of a file's name.
    const file = path.join(folder, `${toolCallId.replaceAll(/[^A-Za-z0-9_-]/g, "").slice(0, 80) || "output"}.txt`);
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      writeFileSync(file, output, { mode: 0o600 });
      return file;
    } catch (error) {
      log.error("run.output-file", error, { runId });
      return null;
    }
  };
}
