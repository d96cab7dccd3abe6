import { mkdtempSync, rmSync } from "node:fs";
import path from "node:path";
import type { AgentOptions } from "../../../shared/contract/agents.ts";
import { fail, ok, type Result } from "../../../shared/result.ts";
import type { ProbeFailure, ProbeReport } from "../backend.ts";
import { maskSecrets } from "../../lib/mask-secrets.ts";
import type { AgentFailure } from "../port.ts";
import type { AgentChild } from "./agent-child.ts";
import type { Launch, Pool } from "./pool.ts";

/**
 * A real handshake: starts the agent, or asks the one that runs, and begins a session in an empty folder, as most agents
 * tell only then what they offer and that nobody is signed in. With `methodId` the person is signed in by it before.
 */
export async function probeAgent(
  pool: Pool,
  launch: Launch,
  options: { stays: boolean; methodId: string | null; folder: string; signal: AbortSignal },
): Promise<Result<ProbeReport, ProbeFailure>> {
  const acquired = await pool.acquire(launch, options.signal);
  if (!acquired.ok) return acquired;
  const { child, started, release } = acquired.value;
  const { connection } = child;
  const giveUp = (): void => void connection.stop({ type: "cancelled", message: "No longer wanted" });
  if (started) options.signal.addEventListener("abort", giveUp, { once: true });
  if (started && options.signal.aborted) giveUp();
  try {
    const { report } = connection;
    const { methodId } = options;
    const signed = methodId === null ? ok(null) : await orStopped(connection.signIn(methodId), options.signal);
    const tried = signed.ok ? await inEmptyFolder(connection, options.folder) : signed;
    const { stderr, strays } = connection.output();
    const said = [...strays, ...stderr].slice(-40).map(maskSecrets);
    return tried.ok ? ok({ ...report, options: tried.value, said }) : fail({ ...tried.error, report, said });
  } finally {
    options.signal.removeEventListener("abort", giveUp);
    release();
    // A child is large; one that was started only to be asked, and that no chat has used, doesn't stay. One that still
    // waits for a person who has stopped would wait for minutes.
    const onlyAsked = started && !options.stays && !child.wasJoined();
    const waits = options.methodId !== null && options.signal.aborted && !child.isUsed();
    if (onlyAsked || waits) await connection.stop({ type: "killed", message: "It was started only to be asked what it can do" });
  }
}

/** The protocol has no way to take a sign-in back: whoever waits for it is let go. */
function orStopped(signing: Promise<Result<null, AgentFailure>>, signal: AbortSignal): Promise<Result<null, AgentFailure>> {
  const stopped = new Promise<Result<null, AgentFailure>>((resolve) => {
    const tell = (): void => resolve(fail({ type: "cancelled", message: "It was stopped" }));
    if (signal.aborted) tell();
    else signal.addEventListener("abort", tell, { once: true });
  });
  return Promise.race([signing, stopped]);
}

async function inEmptyFolder(connection: AgentChild, folder: string): Promise<Result<AgentOptions, AgentFailure>> {
  const empty = mkdtempSync(path.join(folder, "probe-"));
  try {
    return await connection.trySession(empty);
  } finally {
    rmSync(empty, { recursive: true, force: true });
  }
}
