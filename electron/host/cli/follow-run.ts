import { isTerminal, type RunEvent } from "../../../shared/run-event.ts";
import type { TypedApprovals } from "./approvals.ts";
import { connectionLost, isCallError, toCliFailure, type CliFailure, type ExitCode } from "./cli-failure.ts";
import type { HearthClient } from "./connect.ts";

/** Calls the listener on the first Ctrl+C; returns a function that stops listening. A second one ends the command at once. */
export type OnInterrupt = (listener: () => void) => () => void;

export type Follow = {
  rpc: HearthClient;
  runId: string;
  /** The event behind which it begins; else the first. */
  after?: number;
  show: (event: RunEvent) => void;
  approvals: TypedApprovals;
  onInterrupt: OnInterrupt;
};

/** Follows a run to its end, or until it pauses, answering what it asks. Ctrl+C cancels the run; so does a request that nobody can answer. */
export async function followRun({ rpc, runId, after = 0, show, approvals, onInterrupt }: Follow): Promise<ExitCode> {
  const problems: CliFailure[] = [];
  const onProblem = (error: unknown): void => void problems.push(toCliFailure(error));
  const cancel = async (): Promise<void> => {
    await rpc.runs.cancel({ id: runId });
  };
  const answer = async (ask: Promise<void>): Promise<void> => {
    try {
      await ask;
    } catch (error) {
      onProblem(error);
      await cancel().catch(onProblem);
    }
  };
  const stopListening = onInterrupt(() => void cancel().catch(onProblem));
  try {
    const last = await readEvents(rpc, { id: runId, after }, show, (event) => {
      // Not awaited: the stream must go on, or an answer given elsewhere would never be seen.
      if (event.type === "permission.requested") void answer(approvals.permission(event.payload.permissionId));
      if (event.type === "question.requested") void answer(approvals.question(event.payload.questionId));
      if (event.type === "permission.resolved") approvals.closed(event.payload.permissionId);
      if (event.type === "question.answered") approvals.closed(event.payload.questionId);
    });
    const [first] = problems;
    if (first) throw first;
    return exitCodeOf(last);
  } finally {
    stopListening();
  }
}

async function readEvents(
  rpc: HearthClient,
  from: { id: string; after: number },
  show: (event: RunEvent) => void,
  react: (event: RunEvent) => void,
): Promise<RunEvent | null> {
  let last: RunEvent | null = null;
  try {
    for await (const event of await rpc.runs.stream(from)) {
      show(event);
      react(event);
      if (isTerminal(event) || isPause(event)) last = event;
      // The stream goes on when the run does.
      if (isPause(event)) break;
    }
  } catch (error) {
    if (isCallError(error)) throw error;
    // What a stream rejects with when its connection breaks says nothing to a person.
    return last;
  }
  return last;
}

function isPause(event: RunEvent): boolean {
  return event.type === "notice" && event.payload.kind === "paused";
}

function exitCodeOf(last: RunEvent | null): ExitCode {
  if (last === null) throw connectionLost();
  if (last.type === "run.completed") return 0;
  if (isPause(last)) return 3;
  return last.type === "run.cancelled" ? 130 : 1;
}
