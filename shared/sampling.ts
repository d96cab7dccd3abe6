import * as z from "zod";
import { fields } from "./fields.ts";

/** What a number may be; `whole`: without a fraction. The widest that one of the servers takes. */
export type SamplingRange = { from: number; to: number; whole?: boolean };

/** The numbers that shape what a model says, as llama.cpp, Ollama, LM Studio and vLLM call them. */
export const samplingRanges = {
  temperature: { from: 0, to: 5 },
  top_p: { from: 0, to: 1 },
  top_k: { from: -1, to: 1000, whole: true },
  min_p: { from: 0, to: 1 },
  presence_penalty: { from: -2, to: 2 },
  frequency_penalty: { from: -2, to: 2 },
  repeat_penalty: { from: 0, to: 2 },
  top_n_sigma: { from: -1, to: 10 },
  xtc_probability: { from: 0, to: 1 },
  xtc_threshold: { from: 0, to: 1 },
  typical_p: { from: 0, to: 1 },
  dry_multiplier: { from: 0, to: 10 },
  dry_base: { from: 0, to: 10 },
  dry_allowed_length: { from: 0, to: 1000, whole: true },
  dry_penalty_last_n: { from: -1, to: 10_000_000, whole: true },
  /** Tokens; -1: as many as it likes. */
  reasoning_budget: { from: -1, to: 10_000_000, whole: true },
} as const satisfies Record<string, SamplingRange>;

export type SamplingNumber = keyof typeof samplingRanges;

export const samplingNumbers = Object.keys(samplingRanges) as SamplingNumber[];

/** What a request is sent with; what isn't set isn't sent. */
export const sampling = fields({
  ...(Object.fromEntries(samplingNumbers.map((name) => [name, numberIn(name).optional()])) as Record<
    SamplingNumber,
    z.ZodOptional<z.ZodNumber>
  >),
  reasoning: z.enum(["on", "off", "auto"]).optional(),
});
export type Sampling = z.infer<typeof sampling>;

/** Says what is wrong with a value, in words; null where it may be sent. */
export function samplingProblem(name: SamplingNumber, value: number): string | null {
  const read = numberIn(name).safeParse(value);
  return read.success ? null : wordsOf(samplingRanges[name]);
}

function numberIn(name: SamplingNumber): z.ZodNumber {
  const range: SamplingRange = samplingRanges[name];
  const error = wordsOf(range);
  const number = z.number({ error }).min(range.from, { error }).max(range.to, { error });
  return range.whole ? number.multipleOf(1, { error }) : number;
}

function wordsOf({ from, to, whole }: SamplingRange): string {
  return `${whole ? "A whole number" : "A number"} from ${from} to ${to}`;
}
