/** What a model that goes round in circles gets: a word, then the person is asked, then the turn ends. */
export type Brake = "nudge" | "ask" | "stop";

const longestPeriod = 4;
const rounds = 3;
const failuresInARow = 4;

/**
 * Notices when the calls of a turn repeat: the same one to four calls (by tool and input, whatever came of them) three
 * times over. After each brake the counting begins anew. Calls that fail one after the other are counted apart.
 */
export class Repeats {
  #keys: string[] = [];
  #brakes = 0;
  #failures = 0;
  #guided = false;

  /** `polls`: looking again is what the tool is for. Returns the brake that is due now. */
  called(name: string, input: unknown, polls: boolean): Brake | null {
    if (polls) return null;
    this.#keys.push(`${name} ${canonical(input)}`);
    if (!repeats(this.#keys)) return null;
    this.#keys = [];
    this.#brakes += 1;
    return this.#brakes === 1 ? "nudge" : this.#brakes === 2 ? "ask" : "stop";
  }

  /** Guidance once, then the person is asked each time so many more have failed. */
  ended(isFailure: boolean): "nudge" | "ask" | null {
    this.#failures = isFailure ? this.#failures + 1 : 0;
    if (this.#failures < failuresInARow) return null;
    this.#failures = 0;
    if (this.#guided) return "ask";
    this.#guided = true;
    return "nudge";
  }
}

function repeats(keys: readonly string[]): boolean {
  return Array.from({ length: longestPeriod }, (_, at) => at + 1).some((period) => {
    const last = keys.slice(-period * rounds);
    return last.length === period * rounds && last.every((key, at) => key === last[at % period]);
  });
}

/** The same text for inputs that differ only in the order of their fields, or in blanks at the ends of their texts. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === "string") return each.trim();
    if (each === null || typeof each !== "object" || Array.isArray(each)) return each;
    return Object.fromEntries(Object.entries(each).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  });
}

/** What a model is told with its last result when it is braked. */
export const brakeWords =
  "[Hearth] This isn't getting anywhere: the same calls come again, or they keep failing. Look at what the results say, try another way, or tell the person what is in the way.";
