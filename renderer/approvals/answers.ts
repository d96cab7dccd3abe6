import type { PermissionRule } from "../../shared/contract/rules.ts";
import type { PermissionAction, PermissionOption } from "../../shared/run-event.ts";

/** One button of a permission card. The label comes from the option's kind, never from the name the agent gave it. */
export type AnswerChoice = {
  id: "once" | PermissionRule["scope"] | "agents-always" | "reject";
  label: string;
  hint: string;
  key: string;
  optionId: string;
  remember: "once" | PermissionRule["scope"];
};

const remembering = [
  { id: "session", label: "Session", hint: "Allow exactly this for the rest of the session", key: "s" },
  { id: "project", label: "Project", hint: "Allow exactly this in this project from now on", key: "p" },
  { id: "always", label: "Always", hint: "Allow exactly this in every project from now on", key: "w" },
] as const;

/** A rule is about the tool, and no person reads each input that is still to come. */
const ofTool = (hint: string): string => hint.replace("exactly this", "this tool, whatever it is given,");

/**
 * The buttons for what the agent offers. Remembering is the app's own doing, so it goes with the agent's "once":
 * the agent's own "always" would let later actions pass unseen, and is offered only where there is nothing else.
 */
export function answersFor(
  options: readonly PermissionOption[],
  { rememberable, action }: { rememberable: boolean; action: PermissionAction },
): AnswerChoice[] {
  const find = (kind: PermissionOption["kind"]): string | undefined => options.find((option) => option.kind === kind)?.optionId;
  const once = find("allow_once");
  const always = find("allow_always");
  const reject = find("reject_once") ?? find("reject_always");
  const answers: AnswerChoice[] = [];
  if (once !== undefined) {
    answers.push({ id: "once", label: "Allow once", hint: "This time only", key: "a", optionId: once, remember: "once" });
    const scopes = isClaim(action) ? remembering.filter(({ id }) => id !== "always") : remembering;
    if (rememberable)
      for (const one of scopes) {
        const hint = action.tool ? ofTool(one.hint) : one.hint;
        answers.push({ ...one, hint, optionId: once, remember: one.id });
      }
  } else if (always !== undefined) {
    answers.push({
      id: "agents-always",
      label: "Allow always",
      hint: "The agent offers no single permission; it will not ask again",
      key: "w",
      optionId: always,
      remember: "once",
    });
  }
  if (reject !== undefined) {
    const forGood = find("reject_once") === undefined;
    answers.push({
      id: "reject",
      label: forGood ? "Reject always" : "Reject",
      hint: "The agent is told no and goes on",
      key: "r",
      optionId: reject,
      remember: "once",
    });
  }
  return answers;
}

/** Its agent's words are all there is of it: they mean something else in another project. */
export function isClaim({ command, argv, claim }: PermissionAction): boolean {
  return claim !== undefined && command === undefined && (argv ?? []).length === 0;
}
