import os from "node:os";
import type { Settings } from "../../shared/contract/settings.ts";
import type { Budget } from "./backend.ts";

/** What agents' processes may take, by the person's settings. Pure. */
export function budgetOf(
  { agentMemoryPercent, agentIdleMinutes }: Pick<Settings, "agentMemoryPercent" | "agentIdleMinutes">,
  memoryBytes: number,
): Budget {
  return { idleMs: agentIdleMinutes * 60_000, memoryBytes: (memoryBytes * agentMemoryPercent) / 100 };
}

/** In a container what that may use, where it is less. */
export function memoryOfMachine(): number {
  const limit = process.constrainedMemory();
  return limit > 0 ? Math.min(limit, os.totalmem()) : os.totalmem();
}
