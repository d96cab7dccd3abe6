import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import type { Result } from "../../../shared/result.ts";
import { fail, ok } from "../../../shared/result.ts";
import { closeSession, newSessionId } from "./open-session.ts";
import type { AgentReport } from "../backend.ts";
import type { AgentFailure } from "../port.ts";
import type { Launch, Pool } from "./pool.ts";
import { reportOf } from "./traits.ts";

/**
 * A real handshake: starts the agent, or asks the one that runs, and returns what it said. With `signIn` a session is
 * begun in an empty folder, too, as most agents tell only then that nobody is signed in.
 */
export async function probeAgent(
  pool: Pool,
  launch: Launch,
  options: { signIn: boolean; folder: string; signal: AbortSignal },
): Promise<Result<AgentReport, AgentFailure>> {
  const acquired = await pool.acquire(launch, options.signal);
  if (!acquired.ok) return acquired;
  const { child, started, release } = acquired.value;
  const { connection } = child;
  try {
    if (options.signIn) {
      const tried = await trySession(connection, options.folder);
      if (!tried.ok) return tried;
    }
    return ok(reportOf(connection.traits));
  } finally {
    release();
    // A child is large; one that was started only to be asked doesn't stay.
    if (started && !child.isUsed())
      await connection.stop({ type: "killed", message: "It was started only to be asked what it can do" });
  }
}

async function trySession(connection: Parameters<typeof newSessionId>[0], folder: string): Promise<Result<null, AgentFailure>> {
  const empty = mkdtempSync(path.join(folder, "probe-"));
  try {
    const begun = await newSessionId(connection, empty);
    if (!begun.ok) return fail(begun.error);
    await closeSession(connection, begun.value);
    return ok(null);
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
}
