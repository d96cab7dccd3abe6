import { fail, ok, type Result } from "../../shared/result.ts";
import { samplingNumbers, samplingProblem, type Sampling, type SamplingNumber } from "../../shared/sampling.ts";

/** What the form holds: the texts of its fields, empty where nothing is sent. */
export type SamplingDraft = { numbers: Record<SamplingNumber, string>; reasoning: NonNullable<Sampling["reasoning"]> | "unset" };
export type SamplingProblems = Partial<Record<SamplingNumber, string>>;

export function draftOf(sampling: Sampling): SamplingDraft {
  const numbers = Object.fromEntries(samplingNumbers.map((name) => [name, sampling[name]?.toString() ?? ""]));
  return { numbers: numbers as Record<SamplingNumber, string>, reasoning: sampling.reasoning ?? "unset" };
}

/** The form as the core takes it, or what is wrong with which field. A comma counts as a point. */
export function readDraft({ numbers, reasoning }: SamplingDraft): Result<Sampling, SamplingProblems> {
  const sampling: Sampling = reasoning === "unset" ? {} : { reasoning };
  const problems: SamplingProblems = {};
  for (const name of samplingNumbers) {
    const text = numbers[name].trim().replace(",", ".");
    if (text === "") continue;
    const value = Number(text);
    const problem = samplingProblem(name, value);
    if (problem === null) sampling[name] = value;
    else problems[name] = problem;
  }
  return Object.keys(problems).length > 0 ? fail(problems) : ok(sampling);
}
