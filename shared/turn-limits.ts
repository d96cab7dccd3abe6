import * as z from "zod";
import { fields } from "./fields.ts";

/** What of a turn can be limited: tool calls, requests to the model, and tokens of them and of its answers. */
const turnLimit = z.enum(["calls", "requests", "tokens"]);
export type TurnLimit = z.infer<typeof turnLimit>;

const most = z.int().min(1).max(1_000_000_000).nullable();

/** After how much a turn pauses; null: never. */
export const turnLimits = fields({ calls: most, requests: most, tokens: most });
export type TurnLimits = z.infer<typeof turnLimits>;
export const noLimits: TurnLimits = { calls: null, requests: null, tokens: null };

/** The limit that a turn came to, and how much it had used since it began or went on. */
export const pause = z.object({ limit: turnLimit, count: z.int() });
export type Pause = z.infer<typeof pause>;

const words: Record<TurnLimit, [one: string, more: string]> = {
  calls: ["tool call", "tool calls"],
  requests: ["request to the model", "requests to the model"],
  tokens: ["token", "tokens"],
};

/** "100 tool calls" */
export function limitText({ limit, count }: Pause): string {
  return `${count.toLocaleString("en")} ${words[limit][count === 1 ? 0 : 1]}`;
}

/** The limit that is used up; null while none is. */
export function limitReached(used: Readonly<Record<TurnLimit, number>>, limits: TurnLimits): Pause | null {
  const limit = turnLimit.options.find((each) => used[each] >= (limits[each] ?? Infinity));
  return limit === undefined ? null : { limit, count: used[limit] };
}

/** Limits of which four fifths are used up. */
export function limitsNear(used: Readonly<Record<TurnLimit, number>>, limits: TurnLimits): TurnLimit[] {
  return turnLimit.options.filter((each) => used[each] >= (limits[each] ?? Infinity) * 0.8);
}
