import type { QuestionAsk, QuestionOutcome } from "../port.ts";

/** What an agent is told whose plan isn't taken. */
export const planFurther = "The person wants to plan further. Ask what is to be different.";

/** An agent's plan, as it asks whether to go on with it. */
export function planAsk(plan: string): QuestionAsk {
  return {
    kind: "plan",
    message: plan,
    options: [
      { value: "go", label: "Go on with the plan" },
      { value: "plan", label: "Keep planning" },
    ],
  };
}

/** Whether it may; whoever doesn't say so wants to plan further. */
export function takesPlan(outcome: QuestionOutcome): boolean {
  return outcome.kind === "answered" && outcome.content["value"] === "go";
}
