import { planPatch } from "../../../electron/assistant/edit/patch/plan-patch.ts";
import type { EditFailure } from "../../../electron/assistant/edit/failure.ts";
import { replaceText } from "../../../electron/assistant/edit/replace-text.ts";
import { patchedPath, type EditCase, type Sent } from "./cases.ts";
import { edited } from "./region.ts";

export type Outcome = { kind: "landed" | "wrong" } | { kind: "refused"; failures: readonly EditFailure[] };

export function attempt(text: string, sent: Sent, expected: readonly string[]): Outcome {
  if (sent.tool === "edit") {
    const replaced = replaceText(text, sent);
    return replaced.ok ? judged(replaced.value.text, expected) : { kind: "refused", failures: [replaced.error] };
  }
  const plan = planPatch(sent.patch, (path) => (path === patchedPath ? text : null));
  return plan.ok ? judged(plan.value.get(patchedPath) ?? "", expected) : { kind: "refused", failures: plan.error.failures };
}

function judged(text: string, expected: readonly string[]): Outcome {
  return { kind: expected.includes(text) ? "landed" : "wrong" };
}

/**
 * What a model sends after a refusal that reads only what the refusal showed: the true lines, from a window in which
 * they stand, with as many more around them as it takes to be told from the rest. Null where no window shows them.
 */
export function corrected({ text, truth }: EditCase, failures: readonly EditFailure[]): Sent | null {
  const lines = text.split(/\r?\n/);
  for (const { from, to } of failures.flatMap(({ windows }) => windows)) {
    if (truth.from < from - 1 || truth.to > to) continue;
    let [low, high] = [truth.from, truth.to];
    const view = () => lines.slice(low, high).map((line, index) => ({ text: line, line: low + index }));
    const old = () =>
      view()
        .map((line) => line.text)
        .join("\n");
    const all = lines.join("\n");
    while (all.split(old()).length > 2 && (low > from - 1 || high < to)) {
      low = Math.max(from - 1, low - 1);
      high = Math.min(to, high + 1);
    }
    const newText = edited(view(), truth.ops)
      .map((line) => line.text)
      .join("\n");
    return { tool: "edit", oldText: old(), newText };
  }
  return null;
}
