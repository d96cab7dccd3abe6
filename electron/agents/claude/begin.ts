import { fail, ok, type Result } from "../../../shared/result.ts";
import type { AgentFailure } from "../port.ts";
import type { AgentChild, ChildStart, OpenedSession } from "../programs/agent-child.ts";
import type { ChildLife } from "../programs/child-life.ts";
import { readStarted, type Started } from "./offers.ts";
import type { Query } from "./sdk.ts";

/** `resume`: the id of the session that is taken up again. */
export type Attempt = { resume: string | null; how: OpenedSession["how"] };

const unknownSession = /No conversation found with session ID|No saved session found with ID/;

/** The stored session again. One that the program knows no more begins anew, which is said (`memory-lost`). */
export async function takenUp(
  start: ChildStart,
  begin: (attempt: Attempt) => Promise<Result<AgentChild, AgentFailure>>,
): Promise<Result<AgentChild, AgentFailure>> {
  const stored = start.session?.stored ?? null;
  const anew: Attempt = { resume: null, how: stored?.used ? "memory-lost" : "new" };
  if (!stored) return begin(anew);
  const resumed = await begin({ resume: stored.id, how: "resumed" });
  return resumed.ok || !unknownSession.test(wordsOf(resumed.error)) ? resumed : begin(anew);
}

function wordsOf({ message, diagnostics }: AgentFailure): string {
  return `${message}\n${JSON.stringify(diagnostics ?? {})}`;
}

/** Whoever says no more has ended, or is of no use. */
export async function endSilent(life: ChildLife, why: string | null): Promise<void> {
  if (!(await life.deathAtHand())) await life.stop({ type: "protocol", message: why ?? "It says no more" });
}

/** Ends the process where it fails. */
export async function handshake(query: Query, life: ChildLife, start: ChildStart): Promise<Result<Started, AgentFailure>> {
  const started = await answerOf(query, life, start);
  if (started.ok) return started;
  await life.stop(started.error);
  return fail({ ...started.error, diagnostics: { stderr: life.stderr(20), ...started.error.diagnostics } });
}

async function answerOf(query: Query, life: ChildLife, start: ChildStart): Promise<Result<Started, AgentFailure>> {
  const { promise, resolve } = Promise.withResolvers<Result<Started, AgentFailure>>();
  life.onEnd((failure) => resolve(fail({ ...failure })));
  const limit = start.startTimeoutMs;
  const late: AgentFailure = { type: "handshake-timeout", message: `It didn't start in ${limit / 1000} s` };
  const takeBack = start.clock.after(limit, () => resolve(fail(late)));
  const refused = async (message: string): Promise<void> =>
    resolve(fail((await life.deathAtHand()) ?? { type: "protocol", message }));
  query.initializationResult().then(
    (answer) => {
      const started = readStarted(answer, start.transport.modes);
      if (started) resolve(ok(started));
      else void refused("Its answer to the handshake isn't as it should be");
    },
    (error: unknown) => void refused(error instanceof Error ? error.message : String(error)),
  );
  return promise.finally(takeBack);
}
