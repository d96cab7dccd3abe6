import { fail, ok, type Result } from "../../shared/result.ts";
import type { Clock } from "../lib/clock.ts";
import { AnsweringGit } from "./answering-git.ts";
import type { Git, GitFailure } from "./git.ts";
import type { GitPlace } from "./place.ts";

/**
 * Sets and deletes the refs of one repository of ours through one git, each in a transaction of its own. Names and ids are
 * Hearth's: nothing in them ends a line. On the disk when it resolves. Owned by whoever made it, until `close`.
 */
export class Refs {
  readonly #git: AnsweringGit;

  constructor(git: Git, place: GitPlace, clock: Clock) {
    this.#git = new AnsweringGit({ git, args: ["update-ref", "--stdin"], place, clock });
  }

  set(ref: string, oid: string): Promise<Result<null, GitFailure>> {
    return this.#transact(`update ${ref} ${oid}`);
  }

  /** What isn't there is deleted already. */
  delete(ref: string): Promise<Result<null, GitFailure>> {
    return this.#transact(`delete ${ref}`);
  }

  close(): Promise<void> {
    return this.#git.close();
  }

  #transact(change: string): Promise<Result<null, GitFailure>> {
    return this.#git.ask(async (talk) => {
      talk.say(`start\n${change}\ncommit\n`);
      for (const step of ["start", "commit"]) {
        const answer = await talk.line();
        if (answer !== `${step}: ok`) return fail({ type: "exit", message: answer, exitCode: null, stderr: answer });
      }
      return ok(null);
    });
  }
}
