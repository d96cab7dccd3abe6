import type { NewRule, PermissionRule, RuleInUse, RuleMatch } from "../../shared/contract/rules.ts";
import { failure, type Failure } from "../../shared/errors.ts";
import { newId } from "../../shared/ids.ts";
import { ok, type Result } from "../../shared/result.ts";
import { isoTime, type Clock } from "../lib/clock.ts";
import type { DecisionRecord } from "../store/decisions.ts";
import type { RuleRepository } from "../store/rules.ts";
import type { Inspected } from "./inspect.ts";
import { readWrittenMatch } from "./written-match.ts";

export type RulesDeps = { ruleRows: RuleRepository; record: DecisionRecord; clock: Clock };

type AddFailure = Failure<"INPUT_INVALID" | "SESSION_NOT_FOUND" | "PROJECT_NOT_FOUND">;
type Place = { sessionId: string; projectId: string };
/** For how long, in minutes; null: until it is removed. */
type Lasting = { scope: PermissionRule["scope"]; minutes: number | null };

/** The decisions that are remembered: made with an answer, or written by hand; each until it expires or is removed. */
export class Rules {
  readonly #deps: RulesDeps;

  constructor(deps: RulesDeps) {
    this.#deps = deps;
  }

  list(projectId: string | null): RuleInUse[] {
    const { ruleRows, record, clock } = this.#deps;
    const rules = ruleRows.list(projectId, clock.now());
    const uses = record.uses(rules.map(({ id }) => `rule:${id}`));
    return rules.map((rule) => {
      const { count = 0, lastAt = null } = uses.get(`rule:${rule.id}`) ?? {};
      return { ...rule, uses: count, lastUsedAt: lastAt === null ? null : isoTime(lastAt) };
    });
  }

  /** One that rejects any part of it counts; one that allows is about exactly it. */
  find(seen: Inspected, place: Place): PermissionRule | null {
    const { ruleRows, clock } = this.#deps;
    const rejecting = ruleRows.find(seen.rejectable, place, clock.now());
    return rejecting?.decision === "reject" ? rejecting : ruleRows.find(seen.matches, place, clock.now());
  }

  remember(match: RuleMatch, decision: PermissionRule["decision"], { scope, minutes }: Lasting, place: Place): void {
    this.#save({ scope, scopeId: scopeIdOf(scope, place), match, decision }, minutes);
  }

  add({ scope, scopeId, decision, match: written, minutes }: NewRule): Result<PermissionRule, AddFailure> {
    const match = readWrittenMatch({ match: written, decision });
    if (!match.ok) return match;
    if (scope === "always" && scopeId !== "")
      return failure("INPUT_INVALID", "A rule that counts always is of no session or project: leave scopeId out", {
        field: "scopeId",
      });
    if (scope !== "always" && !this.#deps.ruleRows.hasScope(scope, scopeId))
      return scope === "session"
        ? failure("SESSION_NOT_FOUND", `There is no session ${scopeId}`, { field: "scopeId" })
        : failure("PROJECT_NOT_FOUND", `There is no project ${scopeId}`, { field: "scopeId" });
    return ok(this.#save({ scope, scopeId, match: match.value, decision }, minutes));
  }

  update(id: string, minutes: number | null): Result<PermissionRule, Failure<"RULE_NOT_FOUND">> {
    const { ruleRows, clock } = this.#deps;
    const rule = ruleRows.setExpiry(id, this.#expiryOf(minutes), clock.now());
    return rule ? ok(rule) : noRule();
  }

  remove(id: string): Result<null, Failure<"RULE_NOT_FOUND">> {
    return this.#deps.ruleRows.remove(id) ? ok(null) : noRule();
  }

  /** Those that count no more are deleted; what they decided stays on record. */
  removeExpired(): void {
    this.#deps.ruleRows.removeExpired(this.#deps.clock.now());
  }

  #save(rule: Pick<PermissionRule, "scope" | "scopeId" | "match" | "decision">, minutes: number | null): PermissionRule {
    const { ruleRows, clock } = this.#deps;
    const createdAt = clock.now();
    return ruleRows.save({ ...rule, id: newId("rule", createdAt), createdAt, expiresAt: this.#expiryOf(minutes) });
  }

  #expiryOf(minutes: number | null): number | null {
    return minutes === null ? null : this.#deps.clock.now() + minutes * 60_000;
  }
}

/** What a rule made with an answer would be about: only what was looked at, and that exactly; or why there can't be one. Pure. */
export function rememberedMatch(
  { matches: [match], rememberable }: Inspected,
  scope: PermissionRule["scope"],
): Result<RuleMatch, Failure<"INPUT_INVALID">> {
  const field = { field: "remember" };
  if (!match || !rememberable)
    return failure("INPUT_INVALID", "That can't be remembered: it is asked about each time. Answer it once", field);
  // Another project's agent calls something else by the same words.
  if (match.kind === "claim" && scope === "always")
    return failure(
      "INPUT_INVALID",
      "Only its agent's words are known of it, which mean something else in another project: remember it for the session or the project",
      field,
    );
  return ok(match);
}

function scopeIdOf(scope: PermissionRule["scope"], { sessionId, projectId }: Place): string {
  if (scope === "always") return "";
  return scope === "session" ? sessionId : projectId;
}

function noRule(): { ok: false; error: Failure<"RULE_NOT_FOUND"> } {
  return failure("RULE_NOT_FOUND", "There is no such rule, or it has expired");
}
