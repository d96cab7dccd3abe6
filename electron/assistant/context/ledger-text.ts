import * as z from "zod";
import type { Told } from "../conversation/message.ts";
import { clip } from "./clip.ts";
import type { Ledger } from "./ledger.ts";

/** The ledger as the model reads it in place of what was left out. `maxChars`: of each of the person's two texts. */
export function ledgerText(kept: Ledger, told: Told, maxChars: number): string {
  const parts = [
    "[Hearth] The conversation grew too long for your window. Its earlier part is left out; this is what holds of it.",
    `<task>\n${clip(kept.task, maxChars)}\n</task>`,
    kept.asked === null ? "" : `<latest-request>\n${clip(kept.asked, maxChars)}\n</latest-request>`,
    list("Your steps", stepsOf(kept.steps)),
    list("Files you changed", kept.changed),
    list("Files you read (read again before you rely on them)", kept.read),
    list("Commands you ran", kept.commands),
    list("What failed", kept.failures),
    kept.said === null ? "" : `What you said last:\n${kept.said}`,
    "Go on with the next step. Don't begin again.",
    Object.entries(told)
      .map(([name, value]) => `${name}: ${value}`)
      .join("\n"),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function list(title: string, items: readonly string[]): string {
  return items.length === 0 ? "" : `${title}:\n${items.map((item) => `- ${item}`).join("\n")}`;
}

const steps = z.object({ items: z.array(z.object({ content: z.string(), status: z.string().optional() })) });
const marks: Readonly<Record<string, string>> = { completed: "[x]", in_progress: "[>]" };

function stepsOf(written: string | null): string[] {
  if (written === null) return [];
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch {
    return [written];
  }
  const read = steps.safeParse(parsed);
  // A model that wraps its arguments is understood by the tool; here its own words do.
  return read.success ? read.data.items.map(({ content, status }) => `${marks[status ?? ""] ?? "[ ]"} ${content}`) : [written];
}
