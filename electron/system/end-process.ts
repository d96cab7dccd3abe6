import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";

type EndFailure = Failure<"PROCESS_NOT_FOUND" | "PROCESS_NOT_ENDED">;

/** Whoever started processes. Null: this one isn't its. `gone`: it was proved to have ended. */
export type ProcessOwner = { endProcess(pid: number): Promise<{ gone: boolean } | null> };

/** Ends a process that is listed, with all that it started, at the person's word. */
export async function endProcess(
  pid: number,
  owners: readonly ProcessOwner[],
  leftOver: (pid: number) => Promise<Result<{ ended: true }, EndFailure>>,
): Promise<Result<{ ended: true }, EndFailure>> {
  for (const owner of owners) {
    const ended = await owner.endProcess(pid);
    if (ended?.gone) return ok({ ended: true });
    if (ended) return failure("PROCESS_NOT_ENDED", `Process ${pid} could not be proved to have ended`);
  }
  return leftOver(pid);
}
