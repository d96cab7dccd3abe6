import type { LeakedCall } from "./leaked-call.ts";

/** A model's whole reply, as far as it decides what comes next. `retried`: it was asked already to send its call again. */
export type Reply = { nativeCalls: number; leaked: readonly LeakedCall[]; unreadable: boolean; text: string; retried: boolean };

export type NextStep =
  | { kind: "run-native" }
  | { kind: "run-leaked"; calls: readonly LeakedCall[] }
  | { kind: "ask-again"; message: string }
  | { kind: "give-up"; message: string }
  | { kind: "ask-for-answer" }
  | { kind: "done" };

/**
 * What follows a reply: native calls before any that leaked into the text, those before a corrective retry, and after one
 * retry an end that says what happened. A reply with neither text nor call is asked for an answer.
 */
export function nextStep({ nativeCalls, leaked, unreadable, text, retried }: Reply): NextStep {
  if (nativeCalls > 0) return { kind: "run-native" };
  const unfilled = leaked.find(({ placeholder }) => placeholder !== null);
  if (leaked.length > 0 && !unfilled) return { kind: "run-leaked", calls: leaked };
  if (unfilled || unreadable) {
    if (retried)
      return {
        kind: "give-up",
        message: "The model tried to call a tool twice in a form that can't be read, so nothing was run.",
      };
    const wrong = unfilled ? `"${unfilled.placeholder}" of ${unfilled.name} was a placeholder` : "it could not be read";
    return {
      kind: "ask-again",
      message: `Your tool call was not run: ${wrong}. Call the tool again, with complete JSON arguments and real values.`,
    };
  }
  return text.trim() === "" ? { kind: "ask-for-answer" } : { kind: "done" };
}
