import { failure, type Failure } from "../../shared/errors.ts";
import { ok, type Result } from "../../shared/result.ts";
import { operationIn } from "../git/operation.ts";
import { findRepository, gitMessage } from "../git/repository.ts";
import { BranchGround } from "./branch-ground.ts";
import { checkoutMissing, noCheckout } from "./current.ts";
import { toStored, type Placed } from "./places.ts";
import type { ChangesDeps, Ground, GroundJob, GroundOutcome } from "./ports.ts";

/** `message`: of the commit that a branch without files gets; asked for once it is needed. */
export function groundOf(deps: ChangesDeps, placed: Placed, message: () => Promise<Result<string, Failure>>): Ground {
  const { branch, kind } = placed.place;
  return kind === "branch" && branch !== null
    ? new BranchGround(deps, { session: placed.session, branch, message })
    : new FilesGround(deps, placed);
}

/** The project's checkout, or another worktree of the repository. */
class FilesGround implements Ground {
  readonly #deps: ChangesDeps;
  readonly #placed: Placed;
  #begun: Promise<Result<{ tree: string }, Failure>> | null = null;

  constructor(deps: ChangesDeps, placed: Placed) {
    this.#deps = deps;
    this.#placed = placed;
  }

  begin(): void {
    this.#begun = this.#look();
    // What goes wrong is told to whoever looks, if anyone does.
    void Promise.allSettled([this.#begun]);
  }

  look(): Promise<Result<{ tree: string }, Failure>> {
    return this.#begun ?? this.#look();
  }

  /** As a tree, if it is there and git isn't in the middle of something. */
  async #look(): Promise<Result<{ tree: string }, Failure>> {
    const { session } = this.#placed;
    const repository = await findRepository(this.#deps.git, session.checkout.path);
    if (!repository.ok) return failure("GIT_FAILED", gitMessage("git refuses the project", repository.error));
    if (repository.value?.topLevel === null) return noCheckout(this.#deps, session);
    const operation = operationIn(repository.value);
    if (operation) {
      const { name, wayOut } = operation;
      return failure(
        "CHECKOUT_IN_OPERATION",
        `${capital(name)} is going on in ${session.checkout.path}. End it first: ${wayOut}.`,
        { data: { operation: name, wayOut } },
      );
    }
    const taken = await this.#deps.snapshots.snapshot(session.checkout);
    if (taken.ok) return taken;
    return taken.error.code === "WORKING_COPY_MISSING" ? checkoutMissing(session) : taken;
  }

  async carryOut(job: GroundJob): Promise<Result<GroundOutcome, Failure>> {
    const { session, place } = this.#placed;
    const done = await this.#deps.fileSets.carryOut({
      ...job,
      root: session.checkout,
      source: session.copy,
      async prepare(plan) {
        const facts = await job.prepare(plan);
        return facts.ok && facts.value ? ok({ ...facts.value, place: toStored(place, null) }) : facts;
      },
    });
    return done.ok ? ok({ ...done.value, commit: null }) : done;
  }
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
